import { expect, test } from 'vitest';
import { RegripError } from '../../../engine/base/errors.js';
import { type Plain, PyFloat } from '../../../engine/base/plain.js';
import type { PyValue } from '../../../engine/config/python/ops.js';
import { evaluate } from '../../../engine/config/resolve/evaluate.js';

const refuse = (message: string) => new RegripError({ code: 'not-evaluated', message });

/** What Python 3.11 gives. */
const CASES: readonly (readonly [string, Plain])[] = [
  ['4/2', new PyFloat(2)],
  ['7//2', 3],
  ['-7//2', -4],
  ['1//0.1', new PyFloat(9)],
  ['-7%3', 2],
  ['3.5%-2', -0.5],
  ['-2**2', -4],
  ['2**3**2', 512],
  ['2**-1', 0.5],
  ['2**100', 1267650600228229401496703205376n],
  ['9007199254740993+1', 9007199254740994n],
  ['round(2.5)', 2],
  ['round(2.675,2)', 2.67],
  ['round(0.125,2)', 0.12],
  ['round(1234,-2)', 1200],
  ['min(2,True)', true],
  ['max(1.0,1)', new PyFloat(1)],
  ['1<2<3', true],
  ['3 in [1,2,3]', true],
  ['None is None', true],
  ['0 and 1/0', 0],
  ['1 if 2>1 else 1/0', 1],
  ['[1,2]*2', [1, 2, 1, 2]],
  ['[1,2,3][-1]', 3],
  ['~5', -6],
  ['-True', -1],
  ['not not 1', true],
  ['1 or 1/0', 1],
  ["0 or 'x'", 'x'],
  ["'' and 1", ''],
  ['1 != 1.0', false],
  ['3 >= 3', true],
  ['2 <= 1', false],
  ["'b' > 'a'", true],
  ['2 not in [1]', true],
  ["'a' not in 'cat'", false],
  ['None is not None', false],
  ['0x1F + 0b101 + 0o17', 51],
  ['1_000.5', 1000.5],
  ["'abc'[-1]", 'c'],
  ['[[1,2],[3]][0][1]', 2],
  ['6 & 3 | 8 ^ 1', 11],
  ['1 << 4 >> 2', 4],
  ['1 if [] else 2', 2],
  ['1 < 3 > 2', true],
  ['1 == 1 == 2', false],
  ["len('ab') * 3", 6],
  ['5 % -3', -1],
  ['(1 + 2) * 3', 9],
  ['1e3', new PyFloat(1000)],
  ['5.', new PyFloat(5)],
];

test.each(CASES)('%s is what Python gives', (text, expected) => {
  expect(evaluate(text, refuse)).toEqual(expected);
});

test.each([
  '1/0',
  '0**-1',
  '(-8)**0.5',
  '9**9**9',
  'open("/etc/passwd")',
  '__import__("os")',
  'a',
  '"a".upper()',
  '(1,)',
  '',
])('%s is refused, not guessed', (text) => expect(() => evaluate(text, refuse)).toThrow(RegripError));

test('brackets without end are refused before the stack is full', () => {
  expect(() => evaluate('('.repeat(4000), refuse)).toThrow(RegripError);
  expect(() => evaluate('-'.repeat(4000), refuse)).toThrow(RegripError);
});

test.each([
  '012',
  '[1][2]',
  '5[0]',
  '1 if 2',
  '1 not 2',
  '[1, 2',
  'max(1',
  '1 +',
  'x is 1',
  "'a",
  '1 is 1',
  '"a" < 1',
])('%s is refused as well', (text) => expect(() => evaluate(text, refuse)).toThrow(RegripError));

test('names stand for the values that are given', () => {
  const names = new Map<string, PyValue>([
    ['a', 3n],
    ['b', 'xy'],
  ]);
  expect(evaluate('a * b', refuse, names)).toBe('xyxyxy');
});
