/** What is written is read back bit for bit, by this reader and by safetensors itself. */
import { spawnSync } from 'node:child_process';
import { open } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openSafetensors } from '../../../engine/formats/checkpoint/safetensors.js';
import type { TensorSource } from '../../../engine/formats/checkpoint/types.js';
import { writeSafetensors } from '../../../engine/formats/checkpoint/writeSafetensors.js';
import { ownFolder } from '../../ownFolder.js';
import { peerPython } from '../../peers.js';
import { floats } from './files.js';

const folder = ownFolder();
const TENSORS: readonly TensorSource[] = [
  { key: 'half', shape: [1], dtype: 'bfloat16', read: () => Uint8Array.of(0x80, 0x3f) },
  floats('b', [2, 2], [1, 2, 3, 4]),
  floats('a', [1], [5]),
  { key: 'n', shape: [], dtype: 'int64', read: () => new Uint8Array(BigInt64Array.of(7n).buffer) },
  { ...floats('again', [1], [5]), alias: 'a' },
];

async function write(name: string, tensors: readonly TensorSource[], metadata?: Record<string, string>) {
  const path = folder.path(name);
  const file = await open(path, 'wx');
  await writeSafetensors(file, path, tensors, metadata === undefined ? {} : { metadata }).finally(() =>
    file.close(),
  );
  return path;
}

test('wide elements come first, and of tensors that are one only the first', async () => {
  const file = await openSafetensors(await write('a.safetensors', TENSORS, { format: 'pt' }));
  expect(file.index.stateDicts['model']!.map(({ key, dtype }) => `${key} ${dtype}`)).toEqual([
    'n int64',
    'a float32',
    'b float32',
    'half bfloat16',
  ]);
  expect(file.index.pickles).toEqual({ format: 'pt' });
  for (const source of TENSORS.slice(0, 4)) {
    const info = file.index.stateDicts['model']!.find(({ key }) => key === source.key)!;
    expect(Buffer.from(await file.read(info))).toEqual(Buffer.from(await source.read()));
  }
  await file.close();
});

test('content that contradicts itself is refused by its key', async () => {
  const [half, b] = TENSORS;
  await expect(write('1', [b!, b!])).rejects.toThrow('b is given twice');
  await expect(write('2', [{ ...b!, shape: [3] }])).rejects.toThrow('b has 16 bytes, expected 12');
  await expect(write('3', [{ ...half!, dtype: 'complex64' }])).rejects.toThrow(
    'which safetensors does not have',
  );
});

const python = peerPython(['safetensors', 'torch']);
test.skipIf(python === undefined)(
  'safetensors reads it (needs a python with torch and safetensors)',
  async () => {
    const path = await write('peer.safetensors', TENSORS);
    const program =
      'import sys, json; from safetensors.torch import load_file\nfor k, v in sorted(load_file(sys.argv[1]).items()): print(k, v.dtype, v.tolist())';
    const { stdout, stderr } = spawnSync(python!, ['-c', program, path], { encoding: 'utf8' });
    expect(stdout, stderr).toBe(
      'a torch.float32 [5.0]\nb torch.float32 [[1.0, 2.0], [3.0, 4.0]]\nhalf torch.bfloat16 [1.0]\nn torch.int64 7\n',
    );
  },
);
