import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commandLine, quoted } from '../../engine/base/shell.js';

test.each([
  ['plain', 'plain'],
  ['training.lr=1e-4', 'training.lr=1e-4'],
  ['/data/a-b_c,d:e@f%g+h', '/data/a-b_c,d:e@f%g+h'],
  ['', "''"],
  ['two words', "'two words'"],
  ["it's", "'it'\\''s'"],
  ['$HOME', "'$HOME'"],
  ['~', "'~'"],
  ['ü', "'ü'"],
])('%j is typed %s', (word, text) => expect(quoted(word)).toBe(text));

test('a line has a word per blank', () => {
  expect(commandLine(['regrip', 'check', 'my run/a.yaml'])).toBe("regrip check 'my run/a.yaml'");
  expect(commandLine([])).toBe('');
});

test('a shell reads back any words', () => {
  const word = fc.string({
    unit: fc.constantFrom(...'a \'"$`\\!*~#;&|<>(){}[]=-\n\t', 'é', '😀'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
      const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${commandLine(words)}`]);
      expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 25 },
  );
});
