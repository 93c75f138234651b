import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PyFloat } from '../../../../engine/base/plain.js';
import { PickleStack } from '../../../../engine/formats/pickle/machine/stack.js';
import {
  byteString,
  decimal,
  float,
  floatText,
  integerOrBoolean,
  long,
  memoIndex,
  natural,
  persistentLine,
  quotedBytes,
  rawText,
  text,
} from '../../../../engine/formats/pickle/machine/values.js';
import { PyBytes } from '../../../../engine/formats/pickle/model.js';
import { PickleSource } from '../../../../engine/formats/pickle/source.js';

const reading = (bytes: Uint8Array | string = '') =>
  new PickleStack(new PickleSource(Buffer.from(bytes as string, 'latin1')), 10);
const m = reading();

test.each([
  ['0', 0],
  ['-5', -5],
  ['9007199254740993', 9007199254740993n],
])('the line %s is an integer', (line, value) => expect(decimal(m, line)).toBe(value));

test.each(['', '-0', '01', '+1', '1L', ' 1', '1_0', '0x1', '1.0'])(
  'the line %j is not: Python’s readers differ on it, or refuse it',
  (line) => {
    expect(() => decimal(m, line)).toThrow(expect.objectContaining({ code: 'pickle-malformed' }));
  },
);

test('protocol 0 writes booleans as 00 and 01', () => {
  expect([integerOrBoolean(m, '00'), integerOrBoolean(m, '01'), integerOrBoolean(m, '1')]).toEqual([
    false,
    true,
    1,
  ]);
});

test.each([
  ['1', new PyFloat(1)],
  ['-.5e3', new PyFloat(-500)],
  ['0.1', 0.1],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
])('the line %s is a float', (line, value) => expect(floatText(m, line)).toEqual(value));

test.each(['', '1e400', 'infinity', 'NaN', '1_0.0', '0x1p3', '.', '1e'])(
  'the line %j is not a float',
  (line) => {
    expect(() => floatText(m, line)).toThrow(expect.objectContaining({ code: 'pickle-malformed' }));
  },
);

test('an integer of any length is two’s complement, the lowest byte first', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 199n), max: 2n ** 199n - 1n }), (value) => {
      const bytes = Buffer.from(BigInt.asUintN(200, value).toString(16).padStart(50, '0'), 'hex').reverse();
      const stack = new PickleStack(new PickleSource(bytes), 10);
      expect(BigInt(long(stack, 25) as number | bigint)).toBe(value);
    }),
  );
  expect(long(m, 0)).toBe(0);
});

test('numbers without end are a limit', () => {
  expect(() => long(m, 5000)).toThrow(expect.objectContaining({ code: 'pickle-limit' }));
  expect(() => decimal(m, '9'.repeat(5000))).toThrow(expect.objectContaining({ code: 'pickle-limit' }));
});

test('lengths and memos are whole numbers from 0', () => {
  expect([natural(m, 0), memoIndex(m, '12')]).toEqual([0, 12]);
  for (const wrong of [
    () => natural(m, -1),
    () => memoIndex(m, '-1'),
    () => memoIndex(m, 'a'),
    () => memoIndex(m, '9'.repeat(20)),
  ])
    expect(wrong).toThrow(expect.objectContaining({ code: 'pickle-malformed' }));
});

test('texts as their opcodes say, or not at all', () => {
  expect(text(m, Buffer.from('é'))).toBe('é');
  expect(rawText(reading('\\u00e9\n'))).toBe('é');
  expect(Buffer.from(quotedBytes(reading("'\\xff'\n")))).toEqual(Buffer.of(0xff));
  expect(persistentLine(reading('abc\n'))).toBe('abc');
  for (const wrong of [
    () => text(m, Buffer.of(0xff)),
    () => rawText(reading('\\u1\n')),
    () => quotedBytes(reading('a\n')),
    () => persistentLine(reading('\xe9\n')),
  ])
    expect(wrong).toThrow(expect.objectContaining({ code: 'pickle-malformed' }));
});

test('a byte string of Python 2 is text where it is ASCII; a whole float stays one', () => {
  expect(byteString(Buffer.from('abc'))).toBe('abc');
  expect(byteString(Buffer.of(0x80))).toEqual(new PyBytes(Buffer.of(0x80)));
  expect([float(1), float(0.5)]).toEqual([new PyFloat(1), 0.5]);
});
