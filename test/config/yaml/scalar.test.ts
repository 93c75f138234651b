/** Plain scalars as PyYAML 6 with OmegaConf's loader reads them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { asFloat, asInteger, plainScalar, type Scalar } from '../../../engine/config/yaml/scalar.js';

const READ: readonly (readonly [string, Scalar])[] = [
  ['', null],
  ['~', null],
  ['Null', null],
  ['nULL', 'nULL'],
  ['yes', true],
  ['On', true],
  ['oN', 'oN'],
  ['NO', false],
  ['off', false],
  ['y', 'y'], // PyYAML leaves the single letters out
  ['0', 0],
  ['-0', 0],
  ['+7', 7],
  ['1_000', 1000],
  ['012', 10],
  ['08', '08'],
  ['0o7', '0o7'],
  ['0x1F', 31],
  ['-0b101', -5],
  ['1:30', 90],
  ['-1:00:01', -3601],
  ['1:60', '1:60'],
  ['12345678901234567890', 12345678901234567890n],
  ['1.', new PyFloat(1)],
  ['.5', 0.5],
  ['-.5', '-.5'], // of YAML 1.1 a sign needs a digit before the point
  ['1e5', new PyFloat(1e5)],
  ['1e-3', 0.001],
  ['1.5e', '1.5e'],
  ['1_0.2_5', 10.25],
  ['1:30.5', 90.5],
  ['-0.0', new PyFloat(-0)],
  ['.inf', Number.POSITIVE_INFINITY],
  ['-.INF', Number.NEGATIVE_INFINITY],
  ['.NaN', Number.NaN],
  ['-.nan', '-.nan'],
  ['inf', 'inf'],
  ['1 2', '1 2'],
  ['2001-12-14', '2001-12-14'], // OmegaConf takes the time stamps out
];

test.each(READ)('%j', (text, value) => expect(plainScalar(text)).toStrictEqual(value));

test('a number without digits has no value: PyYAML fails on it', () => {
  for (const text of ['0x_', '-0b_', '+0x_']) expect(plainScalar(text)).toBeUndefined();
});

test('integers keep all digits, and are numbers where a number holds them', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (value) => {
      const read = plainScalar(String(value));
      expect(BigInt(read as number | bigint)).toBe(value);
      expect(typeof read).toBe(value >= -(2n ** 53n) + 1n && value < 2n ** 53n ? 'number' : 'bigint');
      expect(asInteger(value)).toBe(read);
    }),
  );
});

test('a float stays one: marked where it is whole', () => {
  expect(asFloat(2)).toEqual(new PyFloat(2));
  expect(asFloat(2.5)).toBe(2.5);
  expect(asFloat(Number.NaN)).toBeNaN();
});
