/** Safetensors files whose header lies: places that overlap or lie outside, shapes, and JSON without end. */
import type { Piece, Shape } from '../shape.js';

type Row = readonly [name: string, why: string, expect: string, make: () => Piece, says?: RegExp];

/** A header, as a value or as text, and the bytes behind it. */
function file(header: unknown, bytes = 16, claimed?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([length, text, new Uint8Array(bytes)]);
}

const F4 = { dtype: 'F32', shape: [4], data_offsets: [0, 16] };
const levels = (count: number) => '['.repeat(count) + ']'.repeat(count);

const ROWS: readonly Row[] = [
  ['a sound file', 'the table itself is sound', 'opaque', () => file({ a: F4 })],
  ['an empty file', 'is cut off', 'safetensors', () => new Uint8Array()],
  ['a folder', 'is not a file', 'safetensors', () => ({ folder: {} })],
  ['a pipe', 'opening it would wait for ever', 'safetensors', () => ({ pipe: true })],
  [
    'a header of 2^63 bytes',
    'a length does not make a reader allocate',
    'safetensors',
    () => file({ a: F4 }, 16, 2n ** 63n),
  ],
  ['a header longer than the file', 'likewise', 'safetensors', () => file({ a: F4 }, 16, 99_999n)],
  [
    'a header of eight megabytes',
    'is bounded before it is parsed',
    'safetensors',
    () => file(' '.repeat(8 << 20)),
  ],
  [
    'a header of lists without end',
    'four megabytes of text become a hundred',
    'safetensors',
    () => file(`[${'[],'.repeat(1_390_000)}[]]`),
  ],
  ['a header that is not JSON', 'is damaged', 'safetensors', () => file('{')],
  ['a header that is a list', 'is damaged', 'safetensors', () => file([])],
  ['a header of 10,000 levels', 'overflows whoever shows it', 'safetensors', () => file(levels(10_000))],
  ['an entry of 10,000 levels', 'likewise', 'safetensors', () => file(`{"a": ${levels(10_000)}}`)],
  [
    'a dtype of 10,000 levels',
    'likewise',
    'safetensors',
    () => file(`{"a": {"dtype": ${levels(10_000)}}}`),
    /nested too deeply/,
  ],
  [
    'places of 10,000 levels',
    'likewise',
    'safetensors',
    () => file(`{"a": {"dtype": "F32", "shape": [1], "data_offsets": ${levels(10_000)}}}`),
    /nested too deeply/,
  ],
  [
    'a dtype that has no text',
    'an object without toString',
    'safetensors',
    () => file({ a: { ...F4, dtype: { toString: 1, valueOf: 1 } } }),
  ],
  [
    'a dtype called constructor',
    'a name that every table has',
    'safetensors',
    () => file({ a: { ...F4, dtype: 'constructor' } }),
  ],
  ['an entry of null', 'is none', 'safetensors', () => file({ a: null })],
  [
    'a tensor called __proto__',
    'is a name',
    'opaque',
    () => file('{"__proto__": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}'),
  ],
  [
    'a tensor behind the file',
    'reads what is not there',
    'safetensors',
    () => file({ a: { ...F4, data_offsets: [16, 32] } }),
  ],
  [
    'a tensor before the data',
    'reads the header',
    'safetensors',
    () => file({ a: { ...F4, data_offsets: [-16, 0] } }),
  ],
  [
    'places in reverse',
    'is of negative length',
    'safetensors',
    () => file({ a: { ...F4, data_offsets: [16, 0] } }),
  ],
  [
    'places of three numbers',
    'is ambiguous',
    'safetensors',
    () => file({ a: { ...F4, data_offsets: [0, 16, 32] } }),
  ],
  [
    'a shape of 2^60',
    'its place is another',
    'safetensors',
    () => file({ a: { ...F4, shape: [2 ** 30, 2 ** 30] } }),
  ],
  [
    'a shape whose product overflows',
    'beyond 2^1023',
    'safetensors',
    () => file({ a: { ...F4, shape: Array(30).fill(2 ** 50) } }),
  ],
  [
    'a shape of negative lengths',
    'minus times minus',
    'safetensors',
    () => file({ a: { ...F4, shape: [-2, -2] } }),
  ],
  [
    'a shape of a thousand dimensions',
    'is none',
    'safetensors',
    () => file({ a: { ...F4, shape: Array(1000).fill(1) } }),
  ],
  [
    'two tensors that overlap',
    'one’s bytes are the other’s',
    'safetensors',
    () => file({ a: F4, b: { dtype: 'F32', shape: [2], data_offsets: [8, 16] } }),
    /a and b overlap/,
  ],
  [
    'a thousand tensors over one megabyte',
    'a gigabyte from one',
    'safetensors',
    () =>
      file(
        Object.fromEntries(
          Array.from({ length: 1000 }, (_, i) => [
            `t${i}`,
            { dtype: 'U8', shape: [1 << 20], data_offsets: [0, 1 << 20] },
          ]),
        ),
        1 << 20,
      ),
    /overlap/,
  ],
];

export const safetensorsShapes: readonly Shape[] = ROWS.map(([name, why, expect, make, says]) => ({
  name: `safetensors: ${name}`,
  why,
  reader: 'safetensors',
  make,
  expect,
  ...(says && { says }),
}));
