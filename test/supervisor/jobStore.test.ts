/** Jobs that a supervisor of an earlier protocol left: taken over once it is gone. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { markOf } from '../../engine/base/process.js';
import { JobStore } from '../../engine/supervisor/jobStore.js';
import { placesOf } from '../../engine/wire/connect/places.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'regrip-jobs-'));
});
afterEach(() => rm(home, { recursive: true }));

const ID = (n: number) => `20260101-12000${n}-finetune-0011223${n}`;

/** As the version before wrote it: a number that JSON lacks is null there. */
async function left(folder: string, n: number, owner: { readonly pid: number }): Promise<void> {
  const id = ID(n);
  const request = { kind: 'finetune', config: '/p/train.yaml', overrides: [] };
  const job = { id, kind: 'finetune', title: 'Fine-tune', state: 'paused', queued: n, resumable: true };
  const stored = {
    version: 1,
    job: { ...job, command: 'regrip finetune', cwd: '/p', runDir: '/p/run' },
    call: { cwd: '/p', request },
    owner,
  };
  await mkdir(join(folder, id), { recursive: true });
  await writeFile(join(folder, id, 'job.json'), JSON.stringify(stored));
  await writeFile(join(folder, id, 'events.jsonl'), '');
}

test('those of a dead one come along, those of a living one stay its own, garbage is said', async () => {
  const places = placesOf({ home, env: {} });
  const [former] = places.formerJobs;
  expect(former).toMatch(/v1-jobs$/);
  await left(former!, 1, { pid: spawnSync(process.execPath, ['-e', '']).pid });
  await left(former!, 2, markOf(process.pid));
  await mkdir(join(former!, ID(3)));
  const problems: string[] = [];
  const store = new JobStore(places.jobs, ({ message }) => problems.push(message), places.formerJobs);
  expect((await store.load()).map(({ job }) => job.id)).toEqual([ID(1)]);
  expect(await readdir(join(places.jobs, ID(1)))).toEqual(['events.jsonl', 'job.json']);
  expect(await readdir(former!)).toEqual([ID(2), ID(3)]);
  expect(problems).toEqual([`job ${ID(3)} of an earlier version cannot be taken over`]);
});
