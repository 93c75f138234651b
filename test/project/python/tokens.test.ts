import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { hydraMain } from '../../../engine/project/python/hydraMain.js';
import { keysRead } from '../../../engine/project/python/keysRead.js';
import { pythonOutline } from '../../../engine/project/python/outline.js';
import { bracket, pythonTokens } from '../../../engine/project/python/tokens.js';

describe('tokens', () => {
  it('know strings, comments, brackets and indentation', () => {
    const text = "def f(a,\n  b):  # c\n\tx = rb\"#\\\"\" + '''d\ne'''\n";
    const shown = pythonTokens(text).map(
      ({ kind, text: word, indent }) => `${indent ?? ''}${kind[0]}:${word.trim()}`,
    );
    expect(shown.join(' ')).toBe('0n:def n:f o:( n:a o:, n:b o:) o:: n: 8n:x o:= s:#\\" o:+ s:d\ne n: 0n:');
  });
});

test.each([
  ['a == b != c', ['a', '==', 'b', '!=', 'c']],
  ['x: int = 1.5e3', ['x', ':', 'int', '=', '1.5e3']],
  ['a**b//c -> d', ['a', '**', 'b', '//', 'c', '->', 'd']],
  ['größe = .5', ['größe', '=', '.5']],
  ['a \\\n  = b', ['a', '=', 'b']],
  ['x = "a # b" # c', ['x', '=', 'a # b']],
])('%j', (text, words) => {
  expect(
    pythonTokens(text)
      .filter(({ kind }) => kind !== 'newline')
      .map((token) => token.text),
  ).toEqual(words);
});

test('a string knows its letters, its place and what is between its quotes', () => {
  const [token] = pythonTokens('  Rb"a\\"b"');
  expect(token).toMatchObject({
    kind: 'string',
    prefix: 'rb',
    text: 'a\\"b',
    start: 2,
    textStart: 5,
    end: 10,
  });
});

test('a tab reaches to the next multiple of eight', () => {
  const indents = (text: string) =>
    pythonTokens(text).flatMap(({ indent, kind }) =>
      indent === undefined || kind === 'newline' ? [] : [indent],
    );
  expect(indents('a\n\tb\n  \tc\n\t  d\n')).toEqual([0, 8, 8, 10]);
});

test('brackets open and close, in strings they are text', () => {
  expect(
    pythonTokens('f("(")[{}]')
      .map(bracket)
      .filter((each) => each !== 0),
  ).toEqual([1, -1, 1, 1, -1, -1]);
});

const pythonText = fc
  .array(
    fc.constantFrom(
      ...[
        'class A(',
        'def f(',
        '):',
        '\n',
        '\n  ',
        'cfg',
        'self.',
        '.a',
        "['b']",
        ' = ',
        'f"{',
        '}"',
        '"""',
        "'",
        '(',
        ')',
      ],
      ...[
        'from . import ',
        'import a.b as c',
        '*',
        ',',
        '@hydra.main(',
        'config_path=',
        'Path(__file__)',
        '.parent',
        ' / ',
        '#',
      ],
      ...['getattr(', '.get(', '[', ']', '\\\n', '\t', 'é', '1.5e3', ': DictConfig', 'async ', '=', '{'],
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));

test('any text is read, with tokens and keys inside it and in their order', () => {
  fc.assert(
    fc.property(pythonText, (text) => {
      const tokens = pythonTokens(text);
      let at = 0;
      for (const { start, end } of tokens) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(end).toBeLessThanOrEqual(text.length);
        at = end;
      }
      for (const { start, end, key } of keysRead(tokens)) {
        expect(0 <= start && start < end && end <= text.length).toBe(true);
        expect(key).not.toBe('');
      }
      pythonOutline(text);
      hydraMain(text, '/p/train.py');
    }),
    { numRuns: 2000 },
  );
});
