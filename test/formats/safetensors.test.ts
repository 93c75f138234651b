import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSafetensors } from '../../engine/formats/safetensors.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(header: string, data: Uint8Array, claimed = Buffer.byteLength(header)): Promise<string> {
  const path = join(folder, 'made.safetensors');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimed));
  await writeFile(path, Buffer.concat([length, Buffer.from(header), data]));
  return path;
}

test('the reference tensors', async () => {
  const path = fileURLToPath(new URL('../fixtures/reference/policy-8d.safetensors', import.meta.url));
  const tensors = await readSafetensors(path);
  expect(tensors.size).toBe(50);
  const noise = tensors.get('noise')!;
  expect([noise.dtype, noise.sourceDtype, noise.shape, noise.data.length]).toEqual([
    '<f4',
    'F32',
    [4, 16, 8],
    2048,
  ]);
  expect(tensors.get('batch.obs.image')).toMatchObject({ dtype: '|u1', shape: [4, 2, 3, 90, 160] });
});

test('values come from their place', async () => {
  const header =
    '{"__metadata__":{"a":"b"},"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"x":{"dtype":"F32","shape":[2],"data_offsets":[1,9]},"y":{"dtype":"BF16","shape":[],"data_offsets":[9,11]}}';
  const data = Buffer.concat([
    Buffer.of(9),
    Buffer.from(Float32Array.of(1.5, -2).buffer),
    Buffer.of(0x80, 0x3f),
  ]);
  const tensors = await readSafetensors(await write(header, data));
  expect([...new Float32Array(tensors.get('x')!.data.buffer)]).toEqual([1.5, -2]);
  expect(tensors.get('y')).toMatchObject({ dtype: '<u2', sourceDtype: 'BF16', shape: [] });
  expect([...tensors.keys()]).toEqual(['w', 'x', 'y']);
});

test.each<[string, string, number | undefined, RegExp]>([
  ['a header longer than the file', '{}', 2 ** 40, /claims 1099511627776 bytes, but the file has only 14/],
  ['a header that is not JSON', 'hello', undefined, /not JSON/],
  [
    'an unknown dtype',
    '{"x":{"dtype":"F3","shape":[1],"data_offsets":[0,4]}}',
    undefined,
    /x has the unknown dtype F3/,
  ],
  [
    'bytes that do not fit the shape',
    '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}',
    undefined,
    /expected 8 bytes/,
  ],
  [
    'a place behind the end',
    '{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
    undefined,
    /x lies at \[4,8\] of 4 bytes/,
  ],
  [
    'a key that is there twice',
    '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0078":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}',
    undefined,
    /names x twice/,
  ],
  [
    'a field that is there twice',
    '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"shape":[1]}}',
    undefined,
    /names shape twice/,
  ],
  [
    'tensors that overlap',
    '{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
    undefined,
    /x and y overlap/,
  ],
  [
    'a hole before a tensor',
    '{"x":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}',
    undefined,
    /bytes 0 to 2 before x do not belong to any tensor/,
  ],
  [
    'bytes behind the last tensor',
    '{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}',
    undefined,
    /the last 2 bytes do not belong to any tensor/,
  ],
  ['metadata of another kind', '{"__metadata__":{"a":1}}', undefined, /__metadata__ is not a map of text/],
  [
    'a negative length',
    '{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}',
    undefined,
    /does not have a valid shape/,
  ],
])('%s is refused', async (_, header, claimed, message) => {
  const path = await write(header, Buffer.alloc(4), claimed);
  await expect(readSafetensors(path)).rejects.toThrow(message);
});
