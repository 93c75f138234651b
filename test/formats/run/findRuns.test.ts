import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findRuns, lastLogLine } from '../../../engine/formats/run/findRuns.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const LINE = '{"train_loss": 0.5, "global_step": 7, "epoch": 2}\n';
const names = async (...roots: string[]) =>
  (await findRuns(roots.map((root) => folder.path(root)))).map(({ path }) =>
    path.slice(folder.path().length + 1),
  );

test('a run is a folder with a log or a record, and tells what they say', async () => {
  await folder.write({
    'outputs/day/a/logs.json.txt': LINE,
    'outputs/day/a/regrip.json': '{"state": "done"}',
    'outputs/day/a/checkpoints/latest.ckpt': '',
    'outputs/day/b/regrip.json': '{"state": 5}',
  });
  const runs = await findRuns([folder.path('outputs')]);
  const of = (name: string) => runs.find(({ path }) => path.endsWith(name));
  expect(of('a')).toMatchObject({ state: 'done', epoch: 2, globalStep: 7, trainLoss: 0.5, hasLatest: true });
  expect(of('b')).toMatchObject({ state: undefined, epoch: undefined, hasLatest: false });
  expect(of('a')!.changed).toBeGreaterThan(Date.now() - 1e6);
});

test('the newest first', async () => {
  await folder.write({ 'a/logs.json.txt': LINE, 'b/logs.json.txt': LINE, 'c/logs.json.txt': LINE });
  for (const [index, name] of ['b', 'c', 'a'].entries())
    await utimes(folder.path(name, 'logs.json.txt'), index, index);
  expect(await names('.')).toEqual(['a', 'c', 'b']);
});

test('a root may be a run itself, and is not looked into; others as deep as outputs lie, and no deeper', async () => {
  await folder.write({
    'run/logs.json.txt': LINE,
    'run/sub/logs.json.txt': LINE,
    'o/1/2/3/4/logs.json.txt': LINE,
    'p/1/2/3/4/5/logs.json.txt': LINE,
  });
  expect((await names('run', 'o', 'p')).sort()).toEqual(['o/1/2/3/4', 'run']);
});

test('folders in which no run lies are left alone', async () => {
  const never = ['.hidden', 'node_modules', 'checkpoints', 'wandb', 'a.zarr'];
  await folder.write(Object.fromEntries(never.map((name) => [`${name}/x/logs.json.txt`, LINE])));
  expect(await names('.', 'gone')).toEqual([]);
});

test('it ends when it is cancelled, and tells what it looks at', async () => {
  await folder.write({ 'a/logs.json.txt': LINE });
  const seen: string[] = [];
  await findRuns([folder.path()], undefined, (path) => seen.push(path.slice(folder.path().length + 1)));
  expect(seen).toEqual(['', 'a', 'a/logs.json.txt', 'a/regrip.json', 'a/checkpoints']);
  await expect(findRuns([folder.path()], AbortSignal.abort(new Error('cancelled')))).rejects.toThrow(
    'cancelled',
  );
});

test('a folder by the name of a log is a run without lines', async () => {
  await mkdir(folder.path('a', 'logs.json.txt'), { recursive: true });
  expect(await names('.')).toEqual(['a']);
});

test('the last whole line with an epoch', async () => {
  const last = async (text: string) => {
    await writeFile(folder.path('log'), text);
    return lastLogLine(folder.path('log'));
  };
  expect(await last(`${LINE}{"train_loss": 1}\n{"epoch": 9, "glo`)).toMatchObject({ epoch: 2 });
  expect(await last(`${'x'.repeat(100_000)}\n${LINE}`)).toMatchObject({ epoch: 2 });
  expect(await last('')).toBeUndefined();
  expect(await lastLogLine(folder.path('gone'))).toBeUndefined();
});
