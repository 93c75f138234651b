import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PyFloat } from '../../engine/base/plain.js';
import { markOf } from '../../engine/base/process.js';
import { toYaml } from '../../engine/config/yaml/write.js';
import { RunFolder } from '../../engine/training/runFolder.js';

const INTERPOLATION = '${horizon}';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'regrip-run-'));
});
afterEach(() => rm(path, { recursive: true }));

test('lays out .hydra as Hydra does, with the interpolations as text', async () => {
  const folder = new RunFolder(path);
  await folder.prepare(
    { horizon: 16, policy: { horizon: INTERPOLATION } },
    ['training.seed=1'],
    'train.yaml',
  );
  const hydra = (name: string) => readFile(join(path, '.hydra', name), 'utf8');
  expect(parse(await hydra('config.yaml'))).toEqual({ horizon: 16, policy: { horizon: INTERPOLATION } });
  expect(parse(await hydra('overrides.yaml'))).toEqual(['training.seed=1']);
  expect(parse(await hydra('hydra.yaml')).hydra.overrides.task).toEqual(['training.seed=1']);
});

test('YAML keeps floats floats and text text', () => {
  expect(toYaml({ a: new PyFloat(1), b: 'off', c: '1e-4', d: 1e-4, e: '012', f: null, g: [] })).toBe(
    'a: 1.0\nb: "off"\nc: "1e-4"\nd: 0.0001\ne: "012"\nf: null\ng: []\n',
  );
});

test('the log is JSON lines, and a resume drops the lines that are done again', async () => {
  const folder = new RunFolder(path);
  for (const step of [0, 1, 2])
    await folder.append({ train_loss: 0.5 - step / 10, global_step: step, epoch: 0 });
  await writeFile(join(path, 'logs.json.txt'), '{"train_loss": 0.2, "glo', { flag: 'a' });
  expect(await folder.rewindLog(2)).toBe(1);
  expect(await folder.readLog()).toEqual([
    { train_loss: 0.5, global_step: 0, epoch: 0 },
    { train_loss: 0.4, global_step: 1, epoch: 0 },
  ]);
});

test('what killed processes were writing goes from all its folders', async () => {
  const folder = new RunFolder(path);
  await folder.prepare({}, [], 'train.yaml');
  const pid = spawnSync(process.execPath, ['-e', '']).pid;
  const left = [path, folder.checkpoints, folder.hydra].map((place) =>
    join(place, `.latest.ckpt.${pid}-0011aabb.tmp`),
  );
  for (const file of left) await writeFile(file, 'half');
  await folder.clean();
  expect(left.filter((file) => existsSync(file))).toEqual([]);
  expect(existsSync(join(folder.hydra, 'config.yaml'))).toBe(true);
});

test('a folder in which a living process trains is refused', async () => {
  const folder = new RunFolder(path);
  await folder.record('running', { epoch: 0, epochs: 2, globalStep: 0 }, null);
  await folder.refuseSecondRun();
  const ours = await folder.readRecord();
  const put = (changes: object): Promise<void> =>
    writeFile(join(path, 'regrip.json'), JSON.stringify({ ...ours, ...markOf(process.ppid), ...changes }));
  for (const state of ['running', 'paused']) {
    await put({ state });
    await expect(folder.refuseSecondRun(), state).rejects.toThrow(/has been training in this folder.*/);
  }
  for (const changes of [{ state: 'stopped' }, { birth: 'an earlier boot:17' }, { host: 'elsewhere' }]) {
    await put(changes);
    await folder.refuseSecondRun();
  }
});
