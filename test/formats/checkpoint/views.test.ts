/** Cutting strided views into blocks: every element once, whatever the strides. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { extent } from '../../../engine/formats/checkpoint/tensors.js';
import { type View, viewsWithin } from '../../../engine/formats/checkpoint/views.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { propertyRuns } from '../../propertyRuns.js';
import { fixture } from './files.js';

/** Where each element of a view lies, sorted. */
function places({ shape, stride, storageOffset }: View): number[] {
  let all = [storageOffset];
  for (const [axis, length] of shape.entries())
    all = all.flatMap((place) => Array.from({ length }, (_, k) => place + k * stride[axis]!));
  return all.sort((a, b) => a - b);
}

test('any view is cut into parts that hold each of its elements once and reach no farther than asked', () => {
  const axes = fc.array(fc.tuple(fc.nat(6), fc.nat(40)), { maxLength: 4 });
  const property = fc.property(axes, fc.integer({ min: 1, max: 50 }), fc.nat(9), (pairs, most, offset) => {
    const view = {
      shape: pairs.map(([length]) => length),
      stride: pairs.map(([, stride]) => stride),
      storageOffset: offset,
    };
    const parts = [...viewsWithin(view, most)];
    expect(parts.flatMap(places).sort((a, b) => a - b)).toEqual(places(view));
    for (const part of parts) {
      expect(extent(part.shape, part.stride)).toBeLessThanOrEqual(most);
      expect(places(part).length).toBeLessThanOrEqual(most);
    }
  });
  fc.assert(property, { numRuns: propertyRuns(1) });
});

test('a transposed matrix is read along its memory', () => {
  const parts = [...viewsWithin({ shape: [4, 1000], stride: [1, 4], storageOffset: 0 }, 1000)];
  expect(parts).toHaveLength(4);
  expect(parts.map(({ shape }) => shape)).toEqual(Array(4).fill([4, 250]));
});

test('blocks of odd views hold the bytes that a whole read gives', async () => {
  const file = await openCheckpoint(fixture('checkpoint/odd.ckpt'));
  try {
    const tensors = Object.values(file.index.stateDicts).flat();
    expect(tensors.length).toBeGreaterThan(25);
    for (const tensor of tensors) expect(await joined(file.blocks(tensor))).toEqual(await file.read(tensor));
  } finally {
    await file.close();
  }
});

test('a tensor larger than a block comes in several', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-blocks-'));
  const values = Float32Array.from({ length: 3 * 2 ** 20 }, (_, k) => k);
  const large = {
    key: 'large',
    shape: [3, 2 ** 20],
    dtype: 'float32',
    read: () => new Uint8Array(values.buffer),
  };
  const path = join(folder, 'a.ckpt');
  await writeCheckpoint(path, { config: {}, stateDicts: { model: [large] }, pickles: {} });
  const file = await openCheckpoint(path);
  try {
    const sizes: number[] = [];
    let sum = 0;
    for await (const block of file.blocks(file.index.stateDicts['model']![0]!)) {
      sizes.push(block.length);
      sum += new Float32Array(block.buffer, block.byteOffset, block.length / 4).reduce((a, b) => a + b, 0);
    }
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 * 2 ** 20);
    expect(sum).toBe((values.length * (values.length - 1)) / 2);
  } finally {
    await file.close();
    await rm(folder, { recursive: true });
  }
});

async function joined(blocks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const block of blocks) parts.push(block);
  return new Uint8Array(Buffer.concat(parts));
}
