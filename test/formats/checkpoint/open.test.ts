import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import type { CheckpointFile, TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { ZipArchive } from '../../../engine/formats/checkpoint/zip/read.js';
import { ZipWriter } from '../../../engine/formats/checkpoint/zip/write.js';
import { fixture, type Reference, type ReferenceTensor, referenceOf, SMALL, unpack } from './files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function listed(
  file: CheckpointFile,
  tensors: readonly TensorInfo[],
): Promise<Record<string, ReferenceTensor>> {
  const list: Record<string, ReferenceTensor> = {};
  for (const tensor of tensors) {
    const sha256 = createHash('sha256')
      .update(await file.read(tensor))
      .digest('hex');
    const { shape, dtype, alias } = tensor;
    list[tensor.key] = { shape: [...shape], dtype, sha256, ...(alias !== undefined && { aliases: alias }) };
  }
  return list;
}

async function sumOf(file: CheckpointFile, tensor: TensorInfo): Promise<number> {
  return new Float32Array((await file.read(tensor)).buffer).reduce((sum, value) => sum + value, 0);
}

describe.each(['policy-7d', 'policy-8d'] as const)('%s', (name) => {
  let file: CheckpointFile;
  let expected: Reference;
  beforeAll(async () => {
    file = await openCheckpoint(await unpack(name, folder));
    expected = referenceOf(name);
  });
  afterAll(() => file.close());

  test.each(['model', 'ema_model'] as const)(
    'every tensor of %s: key, order, shape, dtype, bytes, alias',
    async (dict) => {
      const tensors = file.index.stateDicts[dict]!;
      expect(tensors.map(({ key }) => key)).toEqual(Object.keys(expected.state_dicts[dict]));
      expect(await listed(file, tensors)).toEqual(expected.state_dicts[dict]);
    },
  );

  test('the optimizer’s groups and moments', async () => {
    const { paramGroups, state } = file.index.optimizer!;
    const { param_groups, state_entries, state: moments } = expected.state_dicts.optimizer;
    const counted = paramGroups.map((group) => ({ ...group, params: (group['params'] as number[]).length }));
    expect(JSON.parse(JSON.stringify(counted))).toEqual(param_groups);
    expect(state.size).toBe(state_entries);
    for (const [index, { step, exp_avg, exp_avg_sq }] of Object.entries(moments)) {
      const found = state.get(Number(index))!;
      expect(found.step).toBe(step.sum);
      expect([found.expAvg.shape, found.expAvgSq.shape]).toEqual([exp_avg.shape, exp_avg_sq.shape]);
      expect(await sumOf(file, found.expAvg)).toBeCloseTo(exp_avg.sum, 3); // the reference sums in float32
      expect(await sumOf(file, found.expAvgSq)).toBeCloseTo(exp_avg_sq.sum, 6);
    }
  });

  test('counters, and the config with its interpolations as text', () => {
    expect(file.index.pickles).toEqual(expected.pickles);
    expect(JSON.parse(JSON.stringify(file.index.config))).toEqual(expected.cfg);
    expect(Object.keys(file.index.config!)).toEqual(Object.keys(expected.cfg));
    expect(file.index.config!['keypoint_visible_rate']).toEqual(new PyFloat(1));
    expect(file.index.config!['horizon']).toBe(16);
  });
});

describe('a checkpoint with every dtype, odd views and every kind of config node', () => {
  let file: CheckpointFile;
  beforeAll(async () => {
    file = await openCheckpoint(fixture('checkpoint/odd.ckpt'));
  });
  afterAll(() => file.close());

  test('each tensor has the bytes that torch gives after contiguous()', async () => {
    const expected = JSON.parse(readFileSync(fixture('checkpoint/odd.json'), 'utf8')) as Record<
      string,
      ReferenceTensor
    >;
    const { sameView, ...found } = await listed(file, file.index.stateDicts['model']!);
    const { sameView: view, ...others } = expected;
    expect(found).toEqual(others);
    expect(sameView).toEqual({ ...view, aliases: 'grid' });
  });

  test('views keep their stride and offset', () => {
    const of = (key: string) => file.index.stateDicts['model']!.find((tensor) => tensor.key === key);
    expect(of('transposed')).toMatchObject({ shape: [4, 3], stride: [1, 4], storageOffset: 0 });
    expect(of('column')).toMatchObject({ shape: [3], stride: [4], storageOffset: 2 });
    expect(of('expanded')).toMatchObject({ shape: [2, 3], stride: [0, 0] });
    expect(of('row')!.storage).toBe(of('grid')!.storage);
  });

  test('the config', () => {
    expect(file.index.config).toEqual({
      missing: '???',
      none: null,
      reference: '${a.b}',
      whole: '${a}',
      a: { b: 1, c: [1, new PyFloat(2), 'x', null, { deep: true }], empty: {}, emptyList: [] },
      float: new PyFloat(1),
      small: 1e-4,
      large: 2n ** 70n,
      mode: -1,
      path: 'data/run',
      1: 'numbered',
    });
  });

  test('counters of unusual types; what is not a value is described', () => {
    expect(file.index.pickles).toEqual({ best: 0.5, function: '<the global json.dumps>', path: 'a/b' });
  });
});

test('a file from a big-endian machine gives little-endian values', async () => {
  const path = join(folder, 'small.ckpt');
  await writeCheckpoint(path, SMALL);
  const archive = await ZipArchive.open(path);
  const file = await open(join(folder, 'big.ckpt'), 'w');
  const zip = new ZipWriter(file);
  for (const entry of archive.entries.values()) {
    const data = Buffer.from(await archive.readWhole(entry));
    if (entry.name.endsWith('/byteorder')) await zip.add(entry.name, Buffer.from('big'));
    else await zip.add(entry.name, entry.name.includes('/data/') ? data.swap32() : data);
  }
  await zip.finish();
  await Promise.all([file.close(), archive.close()]);
  const checkpoint = await openCheckpoint(join(folder, 'big.ckpt'));
  const bytes = await checkpoint.read(checkpoint.index.stateDicts['model']![0]!);
  expect([...new Float32Array(bytes.buffer)]).toEqual([1, 2, 3, 4]);
  await checkpoint.close();
});

test('the root folder may have any name', async () => {
  const path = join(folder, 'archive.ckpt');
  await writeCheckpoint(path, SMALL);
  const renamed = (await readFile(path)).toString('latin1').replaceAll('archive/', 'epoch=1/');
  await writeFile(join(folder, 'renamed.ckpt'), renamed, 'latin1');
  const checkpoint = await openCheckpoint(join(folder, 'renamed.ckpt'));
  expect(checkpoint.index.pickles).toEqual({ epoch: 3 });
  await checkpoint.close();
});
