import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PyFloat } from '../../engine/base/plain.js';
import {
  ARGUMENT_TOKENS,
  OVERRIDE_TOKENS,
  primitive,
  type Token,
  tokenAt,
  unescaped,
} from '../../engine/config/valueTokens.js';

/** Kinds and texts of all tokens. */
function tokens(text: string, table = OVERRIDE_TOKENS): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at, table);
    if (token === undefined) throw new Error(`nothing at ${at}`);
    found.push(token);
    at += token.text.length;
  }
  return found;
}
const kinds = (text: string) => tokens(text).map(({ kind }) => kind);

test.each([
  ['12', ['int']],
  ['1_000', ['int']],
  ['012', ['int', 'int']], // no leading zeros
  ['1.', ['float']],
  ['.5', ['float']],
  ['1e3', ['float']],
  ['-inf', ['float']],
  ['NaN', ['float']],
  ['true', ['bool']],
  ['truest', ['id']], // the longest token counts
  ['nullable', ['id']],
  ['info', ['id']],
  ['a b', ['id', 'space', 'id']],
  ['a , b', ['id', 'comma', 'id']],
  ['[ 1 ]', ['bracketOpen', 'int', 'bracketClose']],
  ['{a : 1}', ['braceOpen', 'id', 'colon', 'int', 'braceClose']],
  ['f( x = 1 )', ['id', 'open', 'id', 'equals', 'int', 'close']],
  ['"a,b"', ['quoted']],
  ["'it\\'s'", ['quoted']],
  ['${a.b}/c', ['interpolation', 'char', 'id']],
  ['a\\,b', ['id', 'escape', 'id']],
  ['a-b', ['id']],
  ['-1', ['int']],
])('%s', (text, expected) => expect(kinds(text)).toEqual(expected));

test.each(['#', ';', 'é', '"', '&', '\n'])('%j begins no token', (text) => {
  expect(tokenAt(text, 0, OVERRIDE_TOKENS)).toBeUndefined();
});

test('arguments of a resolver open interpolations and quotes instead', () => {
  expect(tokens('${a}"', ARGUMENT_TOKENS).map(({ kind }) => kind)).toEqual([
    'interpolationOpen',
    'id',
    'braceClose',
    'quote',
  ]);
});

describe('the value of', () => {
  test.each([
    ['null', null],
    ['NULL', null],
    ['True', true],
    ['false', false],
    ['+1_0', 10],
    ['-7', -7],
    ['12345678901234567890', 12345678901234567890n],
    ['2.0', new PyFloat(2)],
    ['1_0.5', 10.5],
    ['-INF', Number.NEGATIVE_INFINITY],
    ['+inf', Number.POSITIVE_INFINITY],
    ['nan', Number.NaN],
    ['word', 'word'],
    ['1 2', '1 2'],
    ['3x', '3x'],
    ['a\\,b', 'a,b'],
    ['\\ ', ' '],
  ])('%s', (text, value) => expect(primitive(tokens(text))).toStrictEqual(value));

  test('no token is an empty text', () => expect(primitive([])).toBe(''));
});

test('escapes are undone by pairs', () => {
  expect(unescaped('\\\\')).toBe('\\');
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'\\()[]{}:=, \t') }), (text) => {
      expect(unescaped(text.replace(/./gs, '\\$&'))).toBe(text);
    }),
  );
});
