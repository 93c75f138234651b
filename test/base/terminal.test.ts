import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indentedLines, logLine, REWRITE, terminalText } from '../../engine/base/terminal.js';

const GREEN = '\x1b[32m';
const BACK = '\x1b[0m';

test('escape sequences of a text are shown, line feeds and tabs stay', () => {
  expect(terminalText(`a\n\tb${GREEN}c`)).toBe('a\n\tb\\x1b[32mc');
  expect(terminalText('\x1b]0;title\x07')).toBe('\\x1b]0;title\\x07');
});

test('our colours pass where the terminal has them, others never', () => {
  const text = `${GREEN}ok${BACK} \x1b[35mno`;
  expect(terminalText(text, { colours: true })).toBe(`${GREEN}ok${BACK} \\x1b[35mno`);
  expect(terminalText(text)).not.toContain('\x1b');
});

test('a line is rewritten where the terminal can, and only from its beginning', () => {
  const text = `${REWRITE}epoch 3`;
  expect(terminalText(text, { rewrites: true })).toBe(text);
  expect(terminalText(text)).not.toMatch(/\p{Cc}/u);
  expect(terminalText(`x${text}`, { rewrites: true })).not.toMatch(/\p{Cc}/u);
});

test('whatever the text, no control character leaves but ours', () => {
  const parts = fc.constantFrom(
    GREEN,
    BACK,
    REWRITE,
    '\x1b[2J',
    '\x9b1m',
    '\r',
    '\b',
    'text',
    '\n',
    '\u202e',
  );
  fc.assert(
    fc.property(fc.array(parts), (texts) => {
      const shown = terminalText(texts.join(''), { colours: true, rewrites: true });
      const ours = [REWRITE, GREEN, BACK].reduce((rest, each) => rest.replaceAll(each, ''), shown);
      expect(ours).not.toMatch(/(?![\n\t])[\p{Cc}\u202a-\u202e]/u);
      expect(shown.indexOf(REWRITE, 1)).toBe(-1);
    }),
    { numRuns: 100 },
  );
});

test('a line of a log ends once, and what follows in it is indented', () => {
  expect(logLine('started')).toBe('started\n');
  expect(logLine('failed\nregrip: done\r\nat x')).toBe('failed\n    regrip: done\\x0d\n    at x\n');
  expect(indentedLines('')).toBe('');
});
