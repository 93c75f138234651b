import { expect, test } from 'vitest';
import {
  blockOf,
  conditionsAround,
  decoratorsOf,
  lineStart,
  linesIn,
} from '../../../engine/project/python/blocks.js';
import { pythonTokens } from '../../../engine/project/python/tokens.js';

/** The tokens of a text, and the number of the one that is the word. */
function at(text: string, word: string) {
  const tokens = pythonTokens(text);
  const index = tokens.findIndex((token) => token.text === word);
  if (index < 0) throw new Error(`${word} is not there`);
  const shown = ({ from, to }: { from: number; to: number }) =>
    tokens
      .slice(from, to)
      .filter(({ kind }) => kind !== 'newline')
      .map((token) => token.text)
      .join(' ');
  return { tokens, index, shown };
}

test('a block ends where a line is no deeper than its header', () => {
  const { tokens, index, shown } = at('a\nclass X(B):\n  y\n\n  def f(self):\n    z\nb\n', 'X');
  expect(shown(blockOf(tokens, index))).toBe('class X ( B ) : y def f ( self ) : z');
  const last = at('def g():\n  y', 'g');
  expect(last.shown(blockOf(last.tokens, last.index))).toBe('def g ( ) : y');
});

test('decorators from the nearest, without their arguments', () => {
  const { tokens, index } = at('@other\nx = 1\n@a.b(c=1)\n@d\ndef f(): pass\n', 'f');
  expect(decoratorsOf(tokens, index)).toEqual(['d', 'a.b']);
  const none = at('def f(): pass', 'f');
  expect(decoratorsOf(none.tokens, none.index)).toEqual([]);
});

test('logical lines, those in brackets as one', () => {
  const { tokens, shown } = at('a = f(\n  1)\nb\n  c\n', 'a');
  const lines = linesIn(tokens, { from: 0, to: tokens.length }).map(shown);
  expect(lines.filter((line) => line !== '')).toEqual(['a = f ( 1 )', 'b', 'c']);
  expect(tokens[lineStart(tokens, 5)]!.text).toBe('a');
});

/** What must hold for `here` to run: `a`, `not a`, or ? for what is not decided. */
function conditions(body: string): string[] {
  const { tokens, index, shown } = at(`def f():\n${body}`, 'here');
  return conditionsAround(tokens, blockOf(tokens, 1), index).map((each) =>
    each === undefined ? '?' : `${each.isTrue ? '' : 'not '}${shown(each)}`,
  );
}

test.each([
  ['  here\n', []],
  ['  if a:\n    here\n', ['a']],
  ['  if a: here\n', ['a']],
  ['  if a == [b, c]:\n    if d:\n      here\n', ['d', 'a == [ b , c ]']],
  ['  if a:\n    x\n  else:\n    here\n', ['not a']],
  ['  if a:\n    x\n  elif b:\n    here\n', ['?']],
  ['  if a:\n    x\n  elif b:\n    x\n  else:\n    here\n', ['?']],
  ['  for i in x:\n    with y:\n      here\n', []],
  ['  try:\n    here\n  except E:\n    x\n', []],
  ['  try:\n    x\n  except E:\n    here\n', ['?']],
  ['  if a:\n    return\n  here\n', []],
  ['  return\n  here\n', ['?']],
  ['  for i in x:\n    continue\n    here\n', ['?']],
  ['  if a:\n    x\n  here\n', []],
  ['  if f(lambda: 1):\n    here\n', ['f ( lambda : 1 )']],
])('%j', (body, expected) => expect(conditions(body)).toEqual(expected));
