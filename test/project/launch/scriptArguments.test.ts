import { expect, test } from 'vitest';
import { wordsTyped } from '../../../engine/project/launch/scriptArguments.js';

test.each([
  ['a b', ['a', 'b']],
  [` 'a b' "c"d \\  `, ['a b', 'cd', ' ']],
  ['', []],
  ['$HOME/x; b', ['$HOME/x']],
])('as they are typed: %s', (text, words) => expect(wordsTyped(text)).toEqual(words));
