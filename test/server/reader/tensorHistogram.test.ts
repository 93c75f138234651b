/** A tensor's figures through the real thread, against direct computation, for each dtype and odd views. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import type { TensorSource } from '../../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import type { BulkReader } from '../../../server/reader/bulkReader.js';
import { tensorNumbers } from '../../../server/reader/tensorNumbers.js';
import { fixture, floats, unpack } from '../../formats/checkpoint/files.js';
import { openReader } from './readerFiles.js';

const ODD = fixture('checkpoint/odd.ckpt');

let reader: BulkReader;
let folder: string;
beforeAll(async () => {
  reader = openReader();
  folder = await mkdtemp(join(tmpdir(), 'regrip-reader-'));
});
afterAll(async () => {
  reader.dispose();
  await rm(folder, { recursive: true });
});

const figures = (path: string, key: string, bins = 4, stateDict = 'model') =>
  reader.request('tensorHistogram', { path, stateDict, key, bins });

async function save(...tensors: TensorSource[]): Promise<string> {
  const path = join(folder, `${tensors[0]!.key}.ckpt`);
  await writeCheckpoint(path, { config: {}, stateDicts: { model: tensors }, pickles: {} });
  return path;
}

describe('every dtype of 0, 1, 2', () => {
  test.each(
    (
      'float64 float16 bfloat16 int64 int32 int16 int8 uint8 uint16 uint32 uint64 ' +
      'float8_e4m3fn float8_e5m2 float8_e4m3fnuz float8_e5m2fnuz'
    ).split(' '),
  )('%s', async (key) => {
    expect(await figures(ODD, key)).toEqual({
      shape: [3],
      dtype: key,
      elements: 3,
      min: 0,
      max: 2,
      mean: 1,
      std: 1,
      nan: 0,
      infinite: 0,
      zeros: 1,
      counts: [1, 0, 1, 1],
    });
  });

  test('bool', async () => {
    expect(await figures(ODD, 'bool', 2)).toMatchObject({ min: 0, max: 1, zeros: 1, counts: [1, 2] });
  });

  test.each(['complex64', 'complex128', 'quantised'])('%s holds no real numbers', async (key) => {
    await expect(figures(ODD, key)).rejects.toMatchObject({ code: 'reader-request', file: ODD });
  });
});

describe('small floats, bit by bit', () => {
  const read = (dtype: string, ...bytes: number[]) => [...tensorNumbers(dtype, Uint8Array.from(bytes))!];

  test.each([
    // Largest, smallest normal, smallest subnormal, negative; then what is special.
    ['float8_e4m3fn', [0x7e, 0x08, 0x01, 0xb8, 0x7f, 0xff], [448, 2 ** -6, 2 ** -9, -1, NaN, NaN]],
    ['float8_e4m3fnuz', [0x7f, 0x08, 0x01, 0xc0, 0x80], [240, 2 ** -7, 2 ** -10, -1, NaN]],
    [
      'float8_e5m2',
      [0x7b, 0x04, 0x01, 0xbc, 0x7c, 0xfc, 0x7d],
      [57344, 2 ** -14, 2 ** -16, -1, Infinity, -Infinity, NaN],
    ],
    ['float8_e5m2fnuz', [0x7f, 0x04, 0x01, 0xc0, 0x80], [57344, 2 ** -15, 2 ** -17, -1, NaN]],
    ['float8_e8m0fnu', [127, 0, 254, 255], [1, 2 ** -127, 2 ** 127, NaN]],
    ['bfloat16', [0x80, 0x3f, 0x49, 0xc0, 0x80, 0x7f], [1, -3.140625, Infinity]],
    ['float16', [0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc], [1, 2 ** -24, -Infinity]],
  ])('%s', (dtype, bytes, expected) => {
    expect(read(dtype, ...bytes)).toEqual(expected);
  });
});

describe('odd views', () => {
  const views = 'grid transposed row column everySecond expanded flipped scalar parameter'.split(' ');
  test.each(views)('%s', async (key) => {
    const file = await openCheckpoint(ODD);
    const tensor = file.index.stateDicts['model']!.find((each) => each.key === key)!;
    const values = [...tensorNumbers(tensor.dtype, await file.read(tensor))!];
    await file.close();
    const found = await figures(ODD, key);
    expect(found).toMatchObject({ shape: tensor.shape, min: Math.min(...values), max: Math.max(...values) });
    expect(found.mean).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 12);
    expect(found.counts.reduce((a, b) => a + b)).toBe(values.length);
  });

  test('an empty one', async () => {
    const nothing = { elements: 0, min: null, max: null, mean: null, std: null, counts: [] };
    expect(await figures(ODD, 'empty')).toMatchObject(nothing);
  });
});

test('a tensor of several blocks: NaN, infinities, zeros, spread and bins', async () => {
  const length = 3_000_001;
  const values = Float32Array.from({ length }, (_, k) => 1000 + Math.sin(k) * (k % 7));
  values.set([NaN, Infinity, -Infinity, 0, -0, NaN], 1_500_000);
  const key = 'large';
  const path = await save({
    key,
    shape: [length],
    dtype: 'float32',
    read: () => new Uint8Array(values.buffer),
  });
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((a, b) => a + b) / finite.length;
  const std = Math.sqrt(finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (finite.length - 1));
  const max = finite.reduce((a, b) => Math.max(a, b));
  const counts = new Array<number>(10).fill(0);
  for (const value of finite) counts[Math.min(9, Math.floor((value / max) * 10))]!++;
  const found = await figures(path, key, 10);
  expect(found).toMatchObject({ elements: length, min: 0, max, nan: 2, infinite: 2, zeros: 2, counts });
  expect(found.mean).toBeCloseTo(mean, 6);
  expect(found.std).toBeCloseTo(std, 6);
});

test('constant and extreme values', async () => {
  const path = await save(floats('constant', [3], [5, 5, 5]), {
    key: 'extreme',
    shape: [2],
    dtype: 'float64',
    read: () => new Uint8Array(Float64Array.of(-Number.MAX_VALUE, Number.MAX_VALUE).buffer),
  });
  expect(await figures(path, 'constant')).toMatchObject({ min: 5, max: 5, std: 0, counts: [3] });
  expect(await figures(path, 'extreme')).toMatchObject({ mean: 0, std: null, counts: [1, 0, 0, 1] });
});

test('a policy of the reference set: every tensor’s mean', async () => {
  const path = await unpack('policy-7d', folder);
  const file = await openCheckpoint(path);
  const filled = file.index.stateDicts['ema_model']!.filter(({ shape }) => !shape.includes(0));
  for (const tensor of filled.slice(0, 20)) {
    const values = tensorNumbers(tensor.dtype, await file.read(tensor))!;
    const found = await figures(path, tensor.key, 16, 'ema_model');
    expect(found.mean).toBeCloseTo(values.reduce((a, b) => a + b) / values.length, 9);
  }
  await file.close();
});

test.each([
  [{ key: 'nothing' }, 'reader-request', /no nothing in model/],
  [{ stateDict: '__proto__' }, 'reader-request', /no __proto__, only model/],
  [{ bins: 1e9 }, 'reader-request', /1000000000 bins/],
  [{ path: fixture('checkpoint/legacy.ckpt') }, 'checkpoint-legacy', /legacy/],
])('%j is refused', async (change, code, says) => {
  const asked = reader.request('tensorHistogram', {
    path: ODD,
    stateDict: 'model',
    key: 'grid',
    bins: 4,
    ...change,
  });
  await expect(asked).rejects.toMatchObject({ code });
  await expect(asked).rejects.toThrow(says);
});
