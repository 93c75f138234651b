/** Foreign text in Markdown, read back by a renderer's rules (CommonMark 0.31). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { code, plain, shellBlock } from '../../engine/base/markdown.js';
import { onOneLine } from '../../engine/base/shown.js';

/** What a reader sees: a backslash before punctuation is none. */
const unescaped = (text: string) => text.replace(/\\([!-/:-@[-`{-~])/g, '$1');

test('plain text is shown as it is, and every mark in it is escaped', () => {
  expect(plain('![x](http://a.b) <img> *b* `c` a_b')).toBe(
    '\\!\\[x\\]\\(http\\:\\/\\/a\\.b\\) \\<img\\> \\*b\\* \\`c\\` a\\_b',
  );
  expect(plain('Würfel 7')).toBe('Würfel 7');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const shown = plain(text);
      expect(unescaped(shown)).toBe(onOneLine(text));
      expect(shown.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[!-/:-@[-`{-~]/);
    }),
    { numRuns: 100 },
  );
});

/** What a renderer shows of inline code that is the whole text. */
function codeShown(text: string): string | undefined {
  const [, fence, inside] = /^(`+)([\s\S]*[^`])\1$/.exec(text) ?? [];
  if (fence === undefined || inside === undefined || inside.startsWith('`')) return undefined;
  if ([...inside.matchAll(/`+/g)].some(([run]) => run.length === fence.length)) return undefined;
  return /^ .*\S.* $/s.test(inside) ? inside.slice(1, -1) : inside;
}

test.each([
  ['a', '`a`'],
  ['', '`""`'],
  ['a`b', '``a`b``'],
  ['`', '`` ` ``'],
  ['``x`', '``` ``x` ```'],
])('code %j', (text, shown) => expect(code(text)).toBe(shown));

test('any text is one piece of code that shows it', () => {
  const texts = fc.array(fc.constantFrom('`', ' ', 'a', '*', '\\')).map((parts) => parts.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      const shown = codeShown(code(text));
      expect(shown?.trim()).toBe((text || '""').trim());
    }),
  );
});

test('a block of a shell ends where its line ends, whatever backticks are in it', () => {
  expect(shellBlock('regrip check a')).toBe('```sh\nregrip check a\n```');
  expect(shellBlock('echo ```` x\n```').split('\n')).toEqual(['`````sh', 'echo ```` x\\x0a```', '`````']);
});
