import { expect, test } from 'vitest';
import { parseShell } from '../../../engine/project/shell/parser.js';
import { plainText, splitAssignment } from '../../../engine/project/shell/syntax.js';

const word = (text: string) => parseShell(`: ${text}`)[0]!.words[1]!;

test.each([
  ['abc', 'abc'],
  ['"abc"', undefined],
  ['a$B', undefined],
  ['a\\ b', undefined],
])('the plain text of %s is %s', (text, plain) => expect(plainText(word(text))).toBe(plain));

test.each([
  ['A=b', ['A', false, 'b']],
  ['A+=b', ['A', true, 'b']],
  ['A=', ['A', false, '']],
  ['A="b c"', ['A', false, 'b c']],
  ['a.b=c', undefined],
  ['"A=b"', undefined],
  ['1A=b', undefined],
  ['=b', undefined],
])('%s assigns %j', (text, expected) => {
  const found = splitAssignment(word(text));
  const value = found?.value.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '?')).join('');
  expect(found && [found.name, found.isAppended, value]).toEqual(expected);
});

test('the value lies behind the sign', () => {
  const text = ': AB+=xy';
  const { value } = splitAssignment(parseShell(text)[0]!.words[1]!)!;
  expect(text.slice(value.start, value.end)).toBe('xy');
});
