import { describe, expect, test } from 'vitest';
import { parseShell } from '../../../engine/project/shell/parser.js';

/** Each command as it is written. */
const commands = (text: string) => parseShell(text).map(({ start, end }) => text.slice(start, end));

describe('commands', () => {
  test.each([
    ['a b; c\nd & e && f || g | h', ['a b', 'c', 'd', 'e', 'f', 'g', 'h']],
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['for i in 1 2; do a; done', ['i', 'a']], // the variable that it sets
    ['while a; do b; done', ['a', 'b']],
    ['case $x in a|b) c;; *) d;; esac', ['c', 'd']],
    ['f() { a; }', ['a']],
    ['function f { a; }', ['a']],
    ['(a; b)', ['a', 'b']],
    ['a $(b c)', ['b c', 'a $(b c)']],
    ['a <<E\nb c\nE\nd', ['a', 'd']],
    ["a <<-'E'\n\tb\n\tE\nd", ['a', 'd']],
    ['[[ a < b && c ]]; d', ['d']],
    ['# a\nb # c', ['b']],
    ['a \\\n  b', ['a \\\n  b']],
    ['', []],
  ])('%j', (text, expected) => {
    const found = commands(text).map((each) => each.trim());
    expect([...found].sort()).toEqual([...expected].sort());
  });
});

test('redirections are not words', () => {
  const words = (text: string) => parseShell(text)[0]!.words.map(({ start, end }) => text.slice(start, end));
  expect(words('a > out b 2>&1 c < in d >> log')).toEqual(['a', 'b', 'c', 'd']);
  expect(words('a 2 > out')).toEqual(['a', '2']);
});

test('assignments stand before a program, or alone, or behind export', () => {
  const names = (text: string) =>
    parseShell(text).map(({ assignments, words }) => [
      assignments.map((each) => each.name + (each.isAppended ? '+' : '')),
      words.length,
    ]);
  expect(names('A=1 B+=2 run C=3')).toEqual([[['A', 'B+'], 2]]);
  expect(names('A=1')).toEqual([[['A'], 0]]);
  expect(names('export A=1 B')[0]![0]).toEqual(['A']);
  expect(names('A=(1 2)')).toEqual([[['A'], 0]]);
});

/** Of the command that is called `x`. */
const around = (text: string) => {
  const found = parseShell(text).find(
    ({ words }) => words[0]?.pieces[0]?.kind === 'text' && words[0].pieces[0].text === 'x',
  )!;
  const { surroundings, isAside } = found;
  return { ...surroundings, block: surroundings.block > 0, isAside };
};
const TOP = { block: false, isInFunction: false, isInSubshell: false, isConditional: false, isAside: false };

test.each([
  ['x', TOP],
  ['if a; then x; fi', { ...TOP, block: true }],
  ['f() { x; }', { ...TOP, block: true, isInFunction: true }],
  ['(x)', { ...TOP, block: true, isInSubshell: true }],
  ['a && x', { ...TOP, isConditional: true }],
  ['a || x', { ...TOP, isConditional: true }],
  ['a; x', TOP],
  ['x | a', { ...TOP, isAside: true }],
  ['a | x', { ...TOP, isAside: true }],
  ['x &', { ...TOP, isAside: true }],
  ['if a; then b; fi\nx', TOP],
])('around x in %j', (text, expected) => expect(around(text)).toMatchObject(expected));

test('two blocks are told apart', () => {
  const blocks = parseShell('if a; then b; fi\n(c)').map(({ surroundings }) => surroundings.block);
  expect(new Set(blocks).size).toBe(2);
});

test('a comment that ends a command says whether the command would have continued', () => {
  const comment = (text: string) => parseShell(text)[0]!.comment;
  expect(comment('a \\\n # b')).toMatchObject({ isContinued: true });
  expect(comment('a # b')).toMatchObject({ isContinued: false });
  expect(comment('a\n# b')).toBeUndefined();
});
