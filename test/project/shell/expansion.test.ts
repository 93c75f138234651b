import { expect, test } from 'vitest';
import {
  assignedParts,
  expand,
  type Known,
  shownText,
  textOf,
} from '../../../engine/project/shell/expansion.js';
import { parseShell } from '../../../engine/project/shell/parser.js';

const VALUES: Readonly<Record<string, string>> = { A: 'x', S: 'x  y', E: '' };

/** What is known of a script that is one word, `text`. */
function known(text: string, given?: readonly string[]): Known {
  const part = (value: string) => ({
    text: value,
    shown: value,
    start: 0,
    end: value.length,
    isExact: false,
    isQuoted: false,
    names: [],
  });
  return {
    text,
    value: (name) => (Object.hasOwn(VALUES, name) ? [part(VALUES[name]!)] : undefined),
    elements: (name) =>
      name === 'L'
        ? ['a b', 'c'].map((each) => ({ parts: [part(each)], isMany: false, start: 0, end: 1 }))
        : undefined,
    scriptFolder: '/p',
    arguments: () => given,
  };
}

/** The arguments that a word becomes: `?` for what is not known, `…` for any number. */
function expanded(word: string, given?: readonly string[]): string[] {
  const text = `: ${word}`;
  const fields = expand(parseShell(text).at(-1)!.words[1]!, known(text, given));
  return fields.map((field) => (textOf(field) ?? `?${shownText(field)}`) + (field.isMany ? '…' : ''));
}

test.each([
  ['a', ['a']],
  ['"a b"', ['a b']],
  ['""', ['']],
  ['$A', ['x']],
  ['"$A"z', ['xz']],
  ['$S', ['x', 'y']],
  ['"$S"', ['x  y']],
  ['a$S', ['ax', 'y']],
  ['$E', []],
  ['"$E"', ['']],
  ['${E:-z}', ['z']],
  ['${A:-z}', ['x']],
  ['$GONE', ['?$GONE…']],
  ['"$GONE"', ['?$GONE']],
  ['a"$GONE"b', ['?a$GONEb']],
  ['"${L[@]}"', ['a b', 'c']],
  ['${L[@]}', ['?${L[@]}…']], // would be split
  ['"${GONE[@]}"', ['?${GONE[@]}…']],
  ['$(ls)', ['?$(ls)']],
  ['{a,b}', ['?{a,b}…']],
  ['~/a', ['?~/a']],
  ['k=~/a', ['?k=~/a']],
  ["'~/a'", ['~/a']],
  ['~user', ['~user']],
  ['$(dirname $0)', ['/p']],
])('%s becomes %j', (word, fields) => expect(expanded(word)).toEqual(fields));

test.each([
  ['$1', ['one']],
  ['$3', []],
  ['"$3"', ['']],
  ['$#', ['2']],
  ['"$@"', ['one', 'two words']],
  ['$@', ['?$@…']],
])('%s with arguments becomes %j', (word, fields) =>
  expect(expanded(word, ['one', 'two words'])).toEqual(fields),
);

test('a value that is assigned is never split', () => {
  const assigned = (word: string) => {
    const text = `: ${word}`;
    const parts = assignedParts(parseShell(text).at(-1)!.words[1]!, known(text));
    return parts && textOf({ parts });
  };
  expect(assigned('$S')).toBe('x  y');
  expect(assigned('a{b,c}')).toBe('a{b,c}');
  expect(assigned('$GONE')).toBeUndefined();
  expect(assigned('"${L[@]}"')).toBeUndefined();
});

test('exact parts lie where they are written, others at what brings them', () => {
  const text = ': ab$A';
  const [field] = expand(parseShell(text).at(-1)!.words[1]!, known(text));
  expect(field!.parts.map(({ start, end, isExact }) => [text.slice(start, end), isExact])).toEqual([
    ['ab', true],
    ['$A', false],
  ]);
});
