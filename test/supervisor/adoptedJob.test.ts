import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isAlive } from '../../engine/base/process.js';
import type { EngineClient } from '../../engine/wire/connect/client.js';
import { type CodeSource, replaces } from '../../engine/wire/connect/codeFolder.js';
import type { JobRequestInput } from '../../engine/wire/jobs.js';
import { cancel, listJobs, startJob, status } from '../../engine/wire/supervisorMessages.js';
import { Heard, longRecordings, SOURCE, TestEngine, until } from './engine.js';

vi.setConfig({ testTimeout: 120_000 });

let engine: TestEngine;
let recordings: string;
beforeAll(async () => {
  engine = await TestEngine.make();
  recordings = await longRecordings(join(engine.folder, 'long'));
});
afterAll(() => engine.remove());

/** The same code as another version of the extension would bring it. */
async function version(number: string): Promise<CodeSource> {
  const root = join(engine.folder, number);
  await mkdir(root);
  await symlink(join(SOURCE.root, 'out'), join(root, 'out'));
  await symlink(join(SOURCE.root, 'node_modules'), join(root, 'node_modules'));
  await writeFile(join(root, 'package.json'), JSON.stringify({ version: number, type: 'module' }));
  return { ...SOURCE, root };
}

const convert = (output: string): JobRequestInput => ({
  ...{ kind: 'convert', input: recordings, output: join(engine.folder, output), processes: 0 },
});

describe('a supervisor of an older version', () => {
  let older: EngineClient;
  let newer: EngineClient;
  let oldPid: number;
  const lost: string[] = [];

  test('gives its place to a newer one and goes on with its jobs, which the newer one shows', async () => {
    older = engine.client({ lost: ({ code }) => lost.push(code) }, { source: await version('1.2.0') });
    oldPid = (await older.call(status, {})).pid;
    const first = await Heard.begin(older, engine.folder, convert('first.zarr'));
    const second = await Heard.begin(older, engine.folder, convert('second.zarr'));
    await until(async () => (await first.job()).progress !== undefined);
    newer = engine.client({}, { source: await version('1.10.0') });
    const found = await newer.call(status, {});
    expect(found.pid).not.toBe(oldPid);
    expect(found.code).toMatch(/^1\.10\.0-/);
    expect(found.running).toEqual([first.id, second.id]);
    await expect(older.call(startJob, { cwd: '/', request: convert('third.zarr') })).rejects.toMatchObject({
      code: 'engine-draining',
    });

    // Through the newer one: every event from the first on, the controls, and the end.
    const [seen, ended] = [await Heard.attach(newer, first.id), await Heard.attach(newer, second.id)];
    await newer.call(cancel, { id: second.id });
    expect(await ended.ended()).toMatchObject({ state: 'cancelled' });
    expect(await seen.ended()).toMatchObject({ state: 'done' });
    seen.expectNoGap();
    ended.expectNoGap();
    expect(seen.result).toMatchObject({ output: join(engine.folder, 'first.zarr') });
  });

  test('ends after its last job; its clients find the newer one', async () => {
    await until(() => !isAlive(oldPid));
    await until(() => lost.length === 1);
    const { pid } = await newer.call(status, {});
    expect((await older.call(status, {})).pid).toBe(pid);
    const { jobs } = await older.call(listJobs, {});
    expect(jobs.map(({ state }) => state)).toEqual(['done', 'cancelled']);
  });

  test('is not started again by a window that still has the older extension', async () => {
    const late = engine.client({}, { source: { ...SOURCE, root: join(engine.folder, '1.2.0') } });
    expect((await late.call(status, {})).code).toMatch(/^1\.10\.0-/);
  });

  test.each([
    ['1.2.0-a', '1.10.0-b', false],
    ['1.10.0-a', '1.2.0-b', true],
    ['2.0.0-a', '1.9.9-b', true],
    ['1.2.0-a', '1.2.0-a', false],
    ['1.2.0-a', '1.2.0-b', true],
  ])('%s in place of %s: %s', (ours, theirs, expected) => {
    expect(replaces(ours, theirs)).toBe(expected);
  });
});
