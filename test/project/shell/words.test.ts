import { describe, expect, test } from 'vitest';
import { parseShell } from '../../../engine/project/shell/parser.js';
import type { Piece } from '../../../engine/project/shell/words.js';

/** The pieces of the first word behind a program: the kind, and what it holds. */
function pieces(word: string): string[] {
  const command = parseShell(`: ${word}`).at(-1); // those of its substitutions come before it
  return (command!.words[1]?.pieces ?? []).map(shown);
}
function shown(piece: Piece): string {
  switch (piece.kind) {
    case 'text':
      return piece.isQuoted ? `'${piece.text}'` : piece.text;
    case 'variable':
      return `$${piece.name}${piece.isQuoted ? '"' : ''}${piece.needsValue ? '?' : ''}${piece.fallback === undefined ? '' : `-${piece.fallback}`}`;
    case 'array':
      return `@${piece.name}`;
    case 'scriptFolder':
      return `here${piece.below}`;
    case 'braces':
      return piece.text;
    case 'unknown':
      return `?${piece.name ?? ''}`;
  }
}

describe('quotes and escapes', () => {
  test.each([
    ['a', ['a']],
    ["'a b'", ["'a b'"]],
    ['"a b"', ["'a b'"]],
    ['""', ["''"]],
    ['a"b"c', ['a', "'b'", 'c']],
    ['a\\ b', ['a', "' '", 'b']],
    ['"a\\"b\\n"', ["'a'", "'\"'", "'b'", "'\\'", "'n'"]],
    ["$'a b'", ["'a b'"]],
    ["$'a\\n'", ['?']],
    ['$"a"', ["'a'"]],
    ['a\\\nb', ['a', 'b']],
    ["'a", ["'a'"]], // never closed
    ['a\\', ['a', '\\']],
  ])('%j', (word, expected) => expect(pieces(word)).toEqual(expected));
});

describe('expansions', () => {
  test.each([
    ['$A', ['$A']],
    ['"$A"', ['$A"']],
    ['${A}b', ['$A', 'b']],
    ['$Ab/$c', ['$Ab', '/', '$c']],
    ['$10', ['$1', '0']],
    ['${10}', ['$10']],
    ['${A:-x}', ['$A?-x']],
    ['${A-"x y"}', ['$A?-x y']],
    ['${A:-$B}', ['$A?']],
    ['${A:?no}', ['$A?']],
    ['${A%.yaml}', ['?A']],
    ['${#A}', ['?']],
    ['$@', ['@@']],
    ['"${A[@]}"', ['@A']],
    ['"${A[*]}"', ['?A']],
    ['$?', ['?']],
    ['$(ls)', ['?']],
    ['$((1 + 2))', ['?']],
    ['`ls`', ['?']],
    ['<(ls a)', ['?']],
    ['{a,b}', ['{a,b}']],
    ['{1..3}', ['{1..3}']],
    ['{a}', ['{', 'a}']],
    ['$', ['$']],
    ['a$', ['a', '$']],
    ['`a', ['`', 'a']],
  ])('%s', (word, expected) => expect(pieces(word)).toEqual(expected));
});

test.each([
  '$(dirname $0)',
  '"$(dirname "$0")"',
  '`dirname $0`',
  '$(dirname -- "${BASH_SOURCE[0]}")',
  '"$(cd "$(dirname "${BASH_SOURCE[0]:-$0}")" && pwd)"',
  '$(cd $(dirname $0) > /dev/null 2>&1 && pwd -P)',
  '"$(dirname "$(readlink -f "$0")")"',
  '${0%/*}',
])('%s is the script’s own folder', (word) => expect(pieces(word)).toEqual(['here']));

test('a folder below or above it', () => {
  expect(pieces('"$(cd "$(dirname "$0")/../conf" && pwd)"')).toEqual(['here/../conf']);
  expect(pieces('$(cd /a && pwd)')).toEqual(['?']);
});

test('each piece lies where it is written', () => {
  const text = ': a"$B"c';
  const [command] = parseShell(text);
  expect(command!.words[1]!.pieces.map(({ start, end }) => text.slice(start, end))).toEqual(['a', '$B', 'c']);
});
