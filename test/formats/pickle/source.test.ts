import { expect, test } from 'vitest';
import { PickleSource } from '../../../engine/formats/pickle/source.js';

test('numbers as pickles store them', () => {
  const source = new PickleSource(Buffer.from('fffffffe00000000000100003ff0000000000000', 'hex'));
  expect(source.i32()).toBe(-16777217);
  expect(source.u64()).toBe(2 ** 40);
  expect(source.f64()).toBe(1);
});

const READS: readonly (readonly [string, (source: PickleSource) => unknown])[] = [
  ['a byte', (source) => source.u8()],
  ['an opcode', (source) => source.opcode()],
  ['a number', (source) => source.u32()],
  ['a length', (source) => source.u64()],
  ['a float', (source) => source.f64()],
  ['many bytes', (source) => source.slice(2 ** 40)],
  ['a line', (source) => source.line()],
  ['a frame', (source) => source.requireLeft(1)],
];
test.each(READS)('%s beyond the end is told with its place', (_, read) => {
  const source = new PickleSource(Buffer.from('abc'));
  source.slice(3);
  expect(() => read(source)).toThrow(expect.objectContaining({ code: 'pickle-truncated' }));
  expect(() => source.requireLeft(0)).not.toThrow();
});

test('a slice is a view: a length allocates nothing', () => {
  const bytes = new Uint8Array(100);
  const slice = new PickleSource(bytes.subarray(10)).slice(5);
  expect([slice.buffer === bytes.buffer, slice.byteOffset, slice.length]).toEqual([true, 10, 5]);
});
