import { expect, test } from 'vitest';
import {
  bytesToRead,
  countNonFinite,
  findNonFinite,
  namedTensors,
  notFiniteError,
} from '../../../engine/formats/checkpoint/nonFinite.js';
import type { CheckpointIndex, TensorInfo } from '../../../engine/formats/checkpoint/types.js';

const bytes = (values: ArrayBufferView): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

test('NaN and infinity are counted in every float type, and nothing else', () => {
  const finite = [0, -0, 1, -1e-40, 3.4e38];
  expect(countNonFinite(bytes(Float32Array.from([...odd, ...finite])), 'float32')).toBe(3);
  expect(countNonFinite(bytes(Float64Array.from([...odd, 1e308, -5e-324])), 'float64')).toBe(3);
  expect(countNonFinite(bytes(Uint16Array.of(0x7c00, 0xfc00, 0x7e01, 0x7bff, 0x8001)), 'float16')).toBe(3);
  expect(countNonFinite(bytes(Uint16Array.of(0x7f80, 0xff80, 0x7fc0, 0x7f7f)), 'bfloat16')).toBe(3);
  expect(countNonFinite(bytes(Float32Array.from([1, Number.NaN])), 'complex64')).toBe(1);
  expect(countNonFinite(Uint8Array.of(0x7f, 0xff, 0x7e), 'float8_e4m3fn')).toBe(2);
  expect(countNonFinite(Uint8Array.of(0x80, 0x7f), 'float8_e4m3fnuz')).toBe(1);
  expect(countNonFinite(bytes(Float32Array.from(odd)), 'int32')).toBe(0);
});

test('bytes that lie at an odd place count the same', () => {
  const apart = new Uint8Array(13);
  apart.set(bytes(Float32Array.from(odd)), 1);
  expect(countNonFinite(apart.subarray(1), 'float32')).toBe(3);
});

test('-Infinity belongs into an attention mask, NaN and Infinity do not', () => {
  for (const [Kind, dtype] of [
    [Float32Array, 'float32'],
    [Float64Array, 'float64'],
  ] as const) {
    expect(countNonFinite(bytes(Kind.from(odd)), dtype, 'model.memory_mask')).toBe(2);
    expect(countNonFinite(bytes(Kind.from(odd)), dtype, 'model.unmask')).toBe(3);
  }
  expect(countNonFinite(bytes(Uint16Array.of(0xfc00, 0x7c00)), 'float16', 'model.mask')).toBe(1);
});

const tensor = (key: string, more: Partial<TensorInfo> = {}): TensorInfo => ({
  key,
  shape: [2, 3],
  stride: [3, 1],
  dtype: 'float32',
  storageOffset: 0,
  storage: key,
  ...more,
});

test('the tensors of a checkpoint by name, aliases under their first key alone', () => {
  const state = new Map([[3, { step: 1, expAvg: tensor('m'), expAvgSq: tensor('v') }]]);
  const index = {
    stateDicts: { model: [tensor('a'), tensor('b', { alias: 'a' })], ema_model: [tensor('a')] },
    optimizer: { paramGroups: [], state },
  } as unknown as CheckpointIndex;
  expect(namedTensors(index).map(([name]) => name)).toEqual([
    'model.a',
    'ema_model.a',
    'optimizer.3.exp_avg',
    'optimizer.3.exp_avg_sq',
  ]);
  expect(namedTensors({ ...index, optimizer: undefined })).toHaveLength(2);
});

test('what has to be read: integers cannot be NaN', () => {
  const named = [tensor('a'), tensor('b', { dtype: 'float64' }), tensor('c', { dtype: 'int64' })];
  expect(bytesToRead(named.map((each) => [each.key, each] as const))).toBe(24 + 48);
});

test('tensors are read block by block, and those that are whole are not told', async () => {
  const blocks = async function* ({ key }: TensorInfo) {
    yield bytes(Float32Array.of(1, 2, 3));
    yield bytes(
      Float32Array.of(key === 'bad' ? Number.NaN : 4, key === 'bad' ? Number.POSITIVE_INFINITY : 5),
    );
  };
  const named = ['good', 'bad', 'int'].map(
    (key) => [key, tensor(key, key === 'int' ? { dtype: 'int32' } : {})] as const,
  );
  expect(await findNonFinite({ blocks }, named)).toEqual([{ key: 'bad', count: 2 }]);
  const cancelled = AbortSignal.abort(new Error('cancelled'));
  await expect(findNonFinite({ blocks }, named, cancelled)).rejects.toThrow('cancelled');
});

test('what was found in a few words, and the refusal with the file', () => {
  const found = Array.from({ length: 5 }, (_, i) => ({ key: `model.w${i}`, count: i + 1 }));
  expect(notFiniteError('/a.ckpt', found).message).toMatch(/5 tensors.*model\.w0 \(1\).*2 more/);
  expect(notFiniteError('/a.ckpt', found.slice(0, 1)).message).toMatch(/one tensor.*model\.w0/);
  expect(notFiniteError('/a.ckpt', found)).toMatchObject({
    code: 'checkpoint-not-finite',
    file: '/a.ckpt',
    hint: expect.any(String),
  });
});
