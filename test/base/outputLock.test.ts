import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FOLDER_LOCK, whileHolding, whileHoldingFolder } from '../../engine/base/outputLock.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();
const never = () => Promise.reject(new Error('worked all the same'));

test('while one job writes an output another is refused, and told who writes since when and how to go on', async () => {
  const output = folder.path('out.zarr');
  await whileHolding(output, 'regrip convert', async () => {
    const second = whileHolding(output, 'regrip adapt', never);
    await expect(second).rejects.toMatchObject({ code: 'output-busy', file: output });
    await expect(second).rejects.toThrow(
      new RegExp(`process ${process.pid} .*regrip convert.* \\d{4}-\\d\\d-\\d\\dT`),
    );
    await expect(second).rejects.toHaveProperty('hint', expect.stringContaining(`kill -INT ${process.pid}`));
    expect(await whileHolding(folder.path('other.zarr'), 'regrip adapt', async () => 'free')).toBe('free');
  });
  expect(await whileHolding(output, 'again', async () => readdir(folder.path()))).toEqual(['.out.zarr.lock']);
  expect(await readdir(folder.path())).toEqual([]);
});

test('two names of one place are one output', async () => {
  await mkdir(folder.path('real'));
  await symlink('real', folder.path('linked'));
  await whileHolding(folder.path('real', 'a'), 'first', async () => {
    const second = whileHolding(folder.path('linked', 'a'), 'second', never);
    await expect(second).rejects.toMatchObject({ code: 'output-busy' });
  });
});

test('a failure of the work comes out as it is, and frees the output', async () => {
  const output = folder.path('a');
  await expect(whileHolding(output, 'x', () => Promise.reject(new Error('mine')))).rejects.toThrow(/^mine$/);
  expect(await whileHolding(output, 'x', async () => 1)).toBe(1);
});

test('an output whose folder is missing is refused before anything is made', async () => {
  const output = folder.path('no', 'a');
  await expect(whileHolding(output, 'x', never)).rejects.toMatchObject({
    code: 'disk-enoent',
    file: folder.path('no'),
  });
  expect(existsSync(folder.path('no'))).toBe(false);
});

test('nobody here can tell whether a holder on another machine lives: the lock stands, and the hint names it', async () => {
  const output = folder.path('a');
  const lock = folder.path('.a.lock');
  await writeFile(
    lock,
    JSON.stringify({ pid: 1, machine: 'elsewhere pid:[1]', host: 'gpu-7', job: 'regrip finetune' }),
  );
  const refused = whileHolding(output, 'x', never);
  await expect(refused).rejects.toThrow(/process 1 on gpu-7 \(regrip finetune\).* an unknown time/);
  await expect(refused).rejects.toHaveProperty('hint', expect.stringContaining(lock));
  expect(await readFile(lock, 'utf8')).toContain('gpu-7');
});

test('a run folder is made and held from inside; what the job leaves in it stays', async () => {
  const run = folder.path('outputs', 'run');
  await whileHoldingFolder(run, 'regrip finetune', async () => {
    expect(await readdir(run)).toEqual([FOLDER_LOCK]);
    await expect(whileHoldingFolder(run, 'other', never)).rejects.toMatchObject({
      code: 'run-busy',
      file: run,
    });
    await writeFile(`${run}/logs.json.txt`, '');
  });
  expect(await readdir(run)).toEqual(['logs.json.txt']);
});

test('a run folder that was there and is empty stays', async () => {
  await mkdir(folder.path('mine'));
  await whileHoldingFolder(folder.path('mine'), 'x', async () => undefined);
  await whileHoldingFolder(folder.path('made'), 'x', async () => undefined);
  expect(await readdir(folder.path())).toEqual(['mine']);
});

test('whoever shares the folder can read who holds its lock', async () => {
  await whileHoldingFolder(folder.path(), 'a job', async () => {
    expect((await stat(folder.path('.regrip.lock'))).mode & 0o444).toBe(0o444 & ~process.umask());
  });
});

test('a run folder that a refusal leaves empty goes with the folders above it that were made for it', async () => {
  await mkdir(folder.path('outputs'));
  const run = folder.path('outputs', 'day', 'run');
  await expect(whileHoldingFolder(run, 'a job', () => Promise.reject(new Error('refused')))).rejects.toThrow(
    'refused',
  );
  expect(await readdir(folder.path('outputs'))).toEqual([]);
  await whileHoldingFolder(run, 'a job', () => mkdir(`${run}/checkpoints`));
  expect(existsSync(`${run}/checkpoints`)).toBe(true);
});
