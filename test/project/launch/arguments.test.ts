import { describe, expect, test } from 'vitest';
import type { TextRange } from '../../../engine/project/textRange.js';
import { onlyLaunch, RUN } from './launches.js';

describe('places', () => {
  function parts(text: string): string[][] {
    const source = (range: TextRange | undefined) =>
      range === undefined ? '' : text.slice(range.start, range.end);
    return onlyLaunch(text).overrides.map(({ range, keyRange, valueRange }) =>
      [range, keyRange, valueRange].map(source),
    );
  }

  test.each([
    ['a.b=1', 'a.b=1', 'a.b', '1'],
    ['+a.b="x y"', '+a.b="x y"', 'a.b', '"x y"'],
    ['"++a.b=x y"', '"++a.b=x y"', 'a.b', 'x y'],
    ["a.b='x'$N", "a.b='x'$N", 'a.b', "'x'$N"],
    ['a.b=', 'a.b=', 'a.b', ''],
    ['~a.b', '~a.b', 'a.b', ''],
    ['a.b="$LR"', 'a.b="$LR"', 'a.b', '"$LR"'],
    ['$ONE', 'k.l=5', 'k.l', '5'],
    ['"${MORE[@]}"', "'m.n=6 7'", 'm.n', '6 7'],
  ])('of %s', (word, ...expected) => {
    const text = `LR=1\nONE="k.l=5"\nMORE=('m.n=6 7')\n${RUN} ${word} > log`;
    expect(parts(text)).toEqual([expected]);
  });
});
