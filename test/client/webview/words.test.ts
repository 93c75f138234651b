/** The page's texts in the user's language. */
import { afterEach, expect, test } from 'vitest';
import { setWords, t } from '../../../client/webview/words.js';

afterEach(() => setWords({}));

test('English is the key, and what stands where no translation does', () => {
  setWords({ Cancel: 'Abbrechen' });
  expect([t('Cancel'), t('Resume')]).toEqual(['Abbrechen', 'Resume']);
});

test('values stand at their places, also where a translation turns them round', () => {
  setWords({ '{0} of {1}': 'von {1} sind es {0}' });
  expect(t('{0} of {1}', 2, 'ten')).toBe('von ten sind es 2');
  expect(t('{0} and {0}', 'a')).toBe('a and a');
});

test('a place without a value stays as it is, and a value is never a place', () => {
  expect(t('{0} {1}', 'x')).toBe('x {1}');
  expect(t('{0} {1}', '{1}', 'y')).toBe('{1} y');
});

test.each(['constructor', 'toString', '__proto__'])('%s is not a word of its own', (text) => {
  expect(t(text)).toBe(text);
});
