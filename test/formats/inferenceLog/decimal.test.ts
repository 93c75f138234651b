/** Numbers from bytes are the doubles that `Number` gives, bit for bit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decimalAt } from '../../../engine/formats/inferenceLog/decimal.js';
import { propertyRuns } from '../../propertyRuns.js';

const read = (text: string) => decimalAt(Buffer.from(`[${text},`), 1, text.length + 1);
const MANY = { numRuns: 10 * propertyRuns(1) };

test.each([
  '0',
  '-0',
  '0.0',
  '7',
  '-12.5',
  '0.1',
  '0.36732563376426697',
  '-0.00014550061314366758',
  '1767867036.0231094',
])('%s', (text) => expect(read(text)).toBe(Number(text)));

test.each([
  '',
  '-',
  '.',
  '.5',
  '1.',
  '01',
  '-01.5',
  '1e5',
  '1.5e-7',
  '+1',
  '1.2.3',
  '0x10',
  'NaN',
  '--1',
  '1-',
  '12345678901234567890.5',
])('%j is left to the careful reader', (text) => expect(read(text)).toBeUndefined());

test('a value half way between two doubles is left to the careful reader', () => {
  // 2^53 + 1
  expect(read('9007199254740993')).toBeUndefined();
  expect(read('9007199254740993.0')).toBeUndefined();
});

test('float32 and double values as Python and JavaScript write them', () => {
  let quick = 0;
  const value = fc.oneof(
    fc.float({ min: -2, max: 2, noNaN: true }),
    fc.double({ min: -2, max: 2, noNaN: true }),
    fc.double({ min: 1.7e9, max: 1.8e9, noNaN: true }),
  );
  const property = fc.property(value, (number) => {
    const text = String(number);
    const found = read(text);
    if (found !== undefined) {
      quick++;
      expect(found).toBe(Number(text));
    }
  });
  fc.assert(property, MANY);
  expect(quick).toBeGreaterThan(MANY.numRuns / 5);
});

test('any digits with a point anywhere', () => {
  const digits = fc.stringMatching(/^[0-9]{1,21}$/);
  const property = fc.property(digits, fc.nat(22), fc.boolean(), (text, point, negative) => {
    const at = Math.min(point, text.length);
    const number = `${negative ? '-' : ''}${text.slice(0, at) || '0'}${at < text.length ? `.${text.slice(at)}` : ''}`;
    const found = read(number);
    if (found !== undefined) expect(found, number).toBe(Number(number));
  });
  fc.assert(property, MANY);
});
