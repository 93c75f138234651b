/** `.zarray`: what is read of it, and what is refused before anything is allocated. */
import { describe, expect, test } from 'vitest';
import { chunkBytes, parseArrayInfo } from '../../../engine/formats/zarr/metadata.js';

const SOUND = {
  zarr_format: 2,
  shape: [10, 8],
  chunks: [4, 8],
  dtype: '<f4',
  compressor: null,
  fill_value: 0,
  order: 'C',
  filters: null,
};
const parsed = (change: object) => parseArrayInfo({ ...SOUND, ...change }, '/d/.zarray');

test('what zarr-python writes', () => {
  expect(parsed({})).toMatchObject({
    dtype: '<f4',
    itemBytes: 4,
    bigEndian: false,
    separator: '.',
    filters: [],
  });
  expect(chunkBytes(parsed({}))).toBe(128);
  expect(parsed({ dimension_separator: '/', order: 'F' })).toMatchObject({ separator: '/', order: 'F' });
});

test.each([
  ['>f8', '<f8', true],
  ['|u1', '|u1', false],
  ['|b1', '|b1', false],
  ['>i1', '|i1', true],
  ['<c16', '<c16', false],
])('%s is given as %s', (dtype, given, bigEndian) => {
  expect(parsed({ dtype })).toMatchObject({ dtype: given, bigEndian });
});

test.each([
  ['null is zero', { fill_value: null }, [0, 0, 0, 0]],
  ['a float', { fill_value: 1.5 }, [0, 0, 0xc0, 0x3f]],
  ['NaN by its name', { fill_value: 'NaN', dtype: '<f4' }, [0, 0, 0xc0, 0x7f]],
  ['minus infinity', { fill_value: '-Infinity', dtype: '<f4' }, [0, 0, 0x80, 0xff]],
  ['a negative integer', { fill_value: -2, dtype: '<i2' }, [0xfe, 0xff]],
  ['true', { fill_value: true, dtype: '|b1' }, [1]],
])('fill values: %s', (_, change, bytes) => {
  expect([...parsed(change).fill]).toEqual(bytes);
});

describe('refused, with the file and what stands there', () => {
  test.each([
    ['another version', { zarr_format: 3 }, /zarr_format is not 2/],
    ['a shape that is not a list', { shape: 10 }, /shape is 10/],
    ['a fraction of a row', { shape: [1.5, 8] }, /shape is \[1\.5,8\]/],
    ['sizes whose product no number holds', { shape: [2 ** 40, 2 ** 20] }, /shape is \[1099511627776,/],
    ['more axes than NumPy has', { shape: Array(33).fill(1), chunks: Array(33).fill(1) }, /shape is \[1,1,/],
    ['chunks of nothing', { chunks: [0, 8] }, /chunks is \[0,8\]/],
    ['chunks of another rank', { chunks: [4] }, /chunks is \[4\]/],
    ['a chunk that no memory holds', { chunks: [1e9, 8] }, /a chunk has 32000000000 bytes, at most 67108864/],
    ['texts', { dtype: '<U8' }, /dtype "<U8" is not supported, expected booleans or numbers/],
    ['a width that NumPy does not have', { dtype: '<f3' }, /dtype "<f3"/],
    ['fields', { dtype: [['a', '<f4']] }, /is not supported/],
    ['another order', { order: 'K' }, /order is "K"/],
    ['another separator', { dimension_separator: '-' }, /dimension_separator is "-"/],
    ['a codec without its id', { compressor: { level: 1 } }, /codec \{"level":1\} does not name its id/],
    ['a filter without its id', { filters: ['delta'] }, /codec "delta" does not name its id/],
    ['a fill value that does not fit', { fill_value: 'zero' }, /fill_value "zero" does not fit dtype <f4/],
    ['half floats that are not zero', { fill_value: 1, dtype: '<f2' }, /does not fit dtype <f2/],
  ])('%s', (_, change, says) => {
    expect(() => parsed(change)).toThrow(says);
    expect(() => parsed(change)).toThrow(/^\/d\/\.zarray: /);
  });

  test.each([null, [], 'text', 3])('a document that is %j', (raw) => {
    expect(() => parseArrayInfo(raw, '/d/.zarray')).toThrow(/zarr_format is not 2/);
  });
});
