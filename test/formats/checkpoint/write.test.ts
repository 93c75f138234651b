import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import type { CheckpointContent } from '../../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { peerPython, torchPython } from '../../peers.js';
import { contentOf, fixture, floats, SMALL, unpack } from './files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-write-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function copy(from: string, to: string): Promise<void> {
  const file = await openCheckpoint(from);
  await writeCheckpoint(to, contentOf(file), { overwrite: true });
  await file.close();
}

test('what is written is read back, storages of 64-byte alignment and aliases shared', async () => {
  const path = join(folder, 'small.ckpt');
  await writeCheckpoint(path, SMALL);
  const file = await openCheckpoint(path);
  const [weight, same] = file.index.stateDicts['model']!;
  expect(weight).toEqual({
    key: 'weight',
    shape: [2, 2],
    dtype: 'float32',
    stride: [2, 1],
    storageOffset: 0,
    storage: '0',
  });
  expect(same).toEqual({ ...weight, key: 'same', alias: 'weight' });
  expect([...new Float32Array((await file.read(same!)).buffer)]).toEqual([1, 2, 3, 4]);
  expect(file.index).toMatchObject({ config: SMALL.config, pickles: SMALL.pickles, optimizer: undefined });
  await file.close();
  const bytes = await readFile(path);
  expect(bytes.indexOf(Buffer.from(Float32Array.of(1, 2, 3, 4).buffer)) % 64).toBe(0);
});

test.each(['reference', 'odd'])('the %s checkpoint written again holds the same', async (which) => {
  const path = which === 'odd' ? fixture('checkpoint/odd.ckpt') : await unpack('policy-7d', folder);
  const again = join(folder, 'again.ckpt');
  await copy(path, again);
  const [first, second] = await Promise.all([openCheckpoint(path), openCheckpoint(again)]);
  expect(second.index.config).toEqual(first.index.config);
  expect(second.index.pickles).toEqual(first.index.pickles);
  expect(second.index.optimizer?.paramGroups).toEqual(first.index.optimizer?.paramGroups);
  for (const [name, tensors] of Object.entries(first.index.stateDicts)) {
    for (const [i, tensor] of tensors.entries()) {
      const found = second.index.stateDicts[name]![i]!;
      expect([found.key, found.dtype, found.shape, found.alias]).toEqual([
        tensor.key,
        tensor.dtype,
        tensor.shape,
        tensor.alias,
      ]);
      expect(Buffer.compare(await second.read(found), await first.read(tensor))).toBe(0);
    }
  }
  await Promise.all([first.close(), second.close()]);
});

test('equal contents make equal files', async () => {
  await writeCheckpoint(join(folder, 'one.ckpt'), SMALL);
  await writeCheckpoint(join(folder, 'two.ckpt'), SMALL);
  expect(await readFile(join(folder, 'one.ckpt'))).toEqual(await readFile(join(folder, 'two.ckpt')));
});

describe('an output that must not be lost', () => {
  test('is refused without overwrite, and untouched when writing fails or is stopped', async () => {
    const path = join(folder, 'precious.ckpt');
    await writeFile(path, 'precious');
    await expect(writeCheckpoint(path, SMALL)).rejects.toMatchObject({ code: 'checkpoint-exists' });
    const broken = { ...SMALL, stateDicts: { model: [floats('a', [3], [1])] } };
    await expect(writeCheckpoint(path, broken, { overwrite: true })).rejects.toThrow(
      'a has 4 bytes, expected 12',
    );
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(writeCheckpoint(path, SMALL, { overwrite: true, signal })).rejects.toThrow('stopped');
    expect(await readFile(path, 'utf8')).toBe('precious');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await writeCheckpoint(path, SMALL, { overwrite: true });
    await (await openCheckpoint(path)).close();
  });
});

test('only one tensor is in memory at a time', async () => {
  let alive = 0;
  let most = 0;
  const tensor = (key: string) => ({
    ...floats(key, [1], [0]),
    read: async () => {
      alive += 1;
      most = Math.max(most, alive);
      await new Promise(setImmediate);
      alive -= 1;
      return new Uint8Array(4);
    },
  });
  await writeCheckpoint(join(folder, 'many.ckpt'), {
    ...SMALL,
    stateDicts: { model: ['a', 'b', 'c'].map(tensor) },
  });
  expect(most).toBe(1);
});

test.each<[string, CheckpointContent['stateDicts'], RegExp]>([
  [
    'a key that is given twice',
    { model: [floats('a', [1], [1]), floats('a', [1], [1])] },
    /model\.a is given twice/,
  ],
  [
    'an alias of nothing',
    { model: [{ ...floats('a', [1], [1]), alias: 'b' }] },
    /shares b, which was not given/,
  ],
  [
    'an alias of another shape',
    { model: [floats('a', [1], [1]), { ...floats('b', [2], []), alias: 'a' }] },
    /another shape/,
  ],
  [
    'a dtype that torch lacks',
    { model: [{ ...floats('a', [1], [1]), dtype: 'float3' }] },
    /float3, which torch lacks/,
  ],
])('%s is refused before anything is written', async (_, stateDicts, message) => {
  const path = join(folder, 'refused.ckpt');
  await expect(writeCheckpoint(path, { ...SMALL, stateDicts })).rejects.toThrow(message);
  expect(await readdir(folder)).not.toContain('refused.ckpt');
});

/** Compares with torch.load what two files hold: keys, values, dtypes, strides, shared storages, optimizer, counters. */
function compareInTorch(python: string, original: string, written: string): string {
  const script = fileURLToPath(new URL('../../fixtures/checkpoint/compare.py', import.meta.url));
  const { stdout, stderr } = spawnSync(python, [script, original, written], { encoding: 'utf8' });
  return (
    stdout +
    stderr
      .split('\n')
      .filter((line) => line.includes('Error'))
      .join('\n')
  );
}

const python = torchPython();
test.skipIf(!python).each([
  ['policy-7d', 'same: 205 tensors, 65 shared, 115 moments'],
  ['policy-8d', 'same: 211 tensors, 65 shared, 0 moments'],
] as const)(
  'torch.load gives the same for %s written again (needs a python with torch and dill)',
  async (name, verdict) => {
    const original = await unpack(name, folder);
    const written = join(folder, `${name}.again.ckpt`);
    await copy(original, written);
    expect(compareInTorch(python!, original, written)).toContain(verdict);
  },
);

const newest = peerPython(['torch', 'dill', 'omegaconf'], "hasattr(torch._utils, '_rebuild_tensor_v3')");
test.skipIf(!newest)(
  'OmegaConf and every dtype (needs a python with torch ≥ 2.4, dill and omegaconf)',
  async () => {
    const written = join(folder, 'odd.again.ckpt');
    await copy(fixture('checkpoint/odd.ckpt'), written);
    expect(compareInTorch(newest!, fixture('checkpoint/odd.ckpt'), written)).toMatch(
      /^same: 30 tensors, 1 shared/,
    );
  },
);
