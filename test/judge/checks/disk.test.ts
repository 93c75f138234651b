/** What lies on disk is looked at once a state, whatever it is. */

import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HeaderCache } from '../../../engine/judge/checks/disk.js';
import type { DataSetFacts } from '../../../engine/judge/gripper/dataFacts.js';
import { floats as tensor } from '../../formats/checkpoint/files.js';
import { saveSafetensors } from '../../formats/checkpoint/forms.js';
import { savePolicy } from '../../formats/lerobot/policy.js';
import { floats, oneEpisode, writeStore, writeZarr, zarray } from '../../server/reader/readerFiles.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-disk-'));
});
afterEach(() => rm(folder, { recursive: true }));

const FACTS = { steps: 4 } as DataSetFacts;
const cache = (
  contents: (path: string, stamp: string) => Promise<DataSetFacts | undefined> = async () => FACTS,
) => new HeaderCache({ contents });
const dataSet = (name: string, steps = 4) =>
  writeZarr(join(folder, name), { action: floats(steps, 8, 4, () => 0) }, [steps]);

describe('data sets', () => {
  test('found, and the same answer until something of it changes', async () => {
    const disk = cache();
    const path = await dataSet('d.zarr');
    const first = await disk.dataSet(path);
    expect(first).toMatchObject({ kind: 'found', value: { episodeEnds: [4] } });
    expect(await disk.dataSet(path)).toBe(first);
    disk.forget();
    expect(await disk.dataSet(path)).not.toBe(first);
    await rm(path, { recursive: true });
    await dataSet('d.zarr', 6);
    expect(await disk.dataSet(path)).toMatchObject({ kind: 'found', value: { episodeEnds: [6] } });
  });

  test('missing, then there, then another store, then damaged', async () => {
    const disk = cache();
    const path = join(folder, 'd.zarr');
    expect(await disk.dataSet(path)).toEqual({ kind: 'missing' });
    await dataSet('new.zarr');
    await rename(join(folder, 'new.zarr'), path);
    expect(await disk.dataSet(path)).toMatchObject({ kind: 'found' });
    await rm(path, { recursive: true });
    await writeStore(path, { 'zarr.json': '{}' });
    expect(await disk.dataSet(path)).toMatchObject({ kind: 'unreadable', error: { fault: 'other-format' } });
    await writeStore(path, { ...oneEpisode(4), 'data/a/.zarray': zarray([4], { dtype: '|O' }) });
    expect(await disk.dataSet(path)).toMatchObject({ kind: 'unreadable', error: { fault: 'damaged' } });
  });

  test('a link that leads nowhere is missing', async () => {
    await symlink(join(folder, 'gone'), join(folder, 'd.zarr'));
    expect(await cache().dataSet(join(folder, 'd.zarr'))).toEqual({ kind: 'missing' });
  });

  test('contents are asked for by the state of the data set', async () => {
    const read = vi.fn(async (_path: string, _stamp: string) => FACTS);
    const disk = cache(read);
    const path = await dataSet('d.zarr');
    expect(await disk.contents(path)).toBe(FACTS);
    await disk.contents(path);
    await writeStore(path, { '.zmetadata': '{}' });
    await disk.contents(path);
    const [first, second, third] = read.mock.calls.map(([, stamp]) => stamp);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  test('each path that tells of it is looked at through the look that is given', async () => {
    const looked: string[] = [];
    const disk = new HeaderCache({
      contents: async () => undefined,
      look: async (path) => {
        looked.push(path);
        return '-';
      },
    });
    const path = join(folder, 'd.zarr');
    expect(await disk.dataSet(path)).toEqual({ kind: 'missing' });
    expect(looked[0]).toBe(path);
    expect(looked).toContain(join(path, 'meta/episode_ends'));
  });
});

describe('checkpoints', () => {
  const REFERENCE = fileURLToPath(new URL('../../fixtures/reference/policy-8d.ckpt.gz', import.meta.url));

  test('an index, kept until the file changes; a damaged one; none', async () => {
    const disk = cache();
    const path = join(folder, 'a.ckpt');
    expect([await disk.exists(path), await disk.checkpoint(path)]).toEqual([false, { kind: 'missing' }]);
    await writeFile(path, gunzipSync(await readFile(REFERENCE)));
    const first = await disk.checkpoint(path);
    expect(first).toMatchObject({ kind: 'found', value: { path } });
    expect([await disk.exists(path), await disk.checkpoint(path)]).toEqual([true, first]);
    await writeFile(path, 'not a checkpoint');
    expect(await disk.checkpoint(path)).toMatchObject({
      kind: 'unreadable',
      error: { code: expect.any(String) },
    });
  });

  test('a LeRobot policy is looked at again once its weights or its config are saved anew', async () => {
    const disk = cache();
    const path = await savePolicy(join(folder, 'policy'));
    const first = await disk.checkpoint(path);
    expect(first).toMatchObject({ kind: 'found', value: { stateDicts: { model: [{ shape: [2] }] } } });
    expect(await disk.checkpoint(path)).toEqual(first);
    await saveSafetensors(join(path, 'model.safetensors'), [tensor('w', [3], [1, 2, 3])]);
    expect(await disk.checkpoint(path)).toMatchObject({ value: { stateDicts: { model: [{ shape: [3] }] } } });
    await writeFile(join(path, 'config.json'), '{');
    expect(await disk.checkpoint(path)).toMatchObject({
      kind: 'unreadable',
      error: { code: 'lerobot-json' },
    });
  });

  test('a path is looked at as what it is asked for', async () => {
    const disk = cache();
    const path = await dataSet('d.zarr');
    expect(await disk.dataSet(path)).toMatchObject({ kind: 'found' });
    expect(await disk.checkpoint(path)).toMatchObject({ kind: 'unreadable' });
    expect(await disk.dataSet(path)).toMatchObject({ kind: 'found' });
  });
});

test('beyond 64 files the oldest look is forgotten, and looked at again', async () => {
  const disk = cache();
  const path = await dataSet('d.zarr');
  const first = await disk.dataSet(path);
  for (let k = 0; k < 64; k++) await disk.checkpoint(join(folder, `${k}.ckpt`));
  const again = await disk.dataSet(path);
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});
