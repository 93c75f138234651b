import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MAX_JOBS } from '../../engine/supervisor/jobList.js';
import type { EngineClient } from '../../engine/wire/connect/client.js';
import type { JobRequestInput } from '../../engine/wire/jobs.js';
import { cancel, forget, listJobs, resume, startJob } from '../../engine/wire/supervisorMessages.js';
import { MINI } from '../work/convert/folders.js';
import { Heard, longRecordings, TestEngine, until } from './engine.js';

vi.setConfig({ testTimeout: 120_000 });

const LOG = fileURLToPath(new URL('../fixtures/inferenceLog/steps.json', import.meta.url));

let engine: TestEngine;
let client: EngineClient;
let recordings: string;
beforeAll(async () => {
  engine = await TestEngine.make();
  client = engine.client();
  recordings = await longRecordings(within('long'));
});
afterAll(() => engine.remove());

const within = (name: string): string => join(engine.folder, name);
const begin = (request: JobRequestInput): Promise<Heard> => Heard.begin(client, engine.folder, request);
const convert = (output: string, more = {}): JobRequestInput => ({
  ...{ kind: 'convert', input: MINI, output: within(output), resolution: [16, 8], processes: 0, ...more },
});

test('two jobs without tensors run at a time, the others wait in the order in which they were asked', async () => {
  const heard: Heard[] = [];
  for (let i = 0; i < 5; i++) heard.push(await begin(convert(`queue-${i}.zarr`)));
  const last = heard.at(-1)!;
  expect((await last.job()).state).toBe('queued');
  expect(await client.call(cancel, { id: last.id })).toMatchObject({ state: 'cancelled' });
  const jobs = await Promise.all(heard.slice(0, 4).map((one) => one.ended()));
  expect(jobs.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
  const starts = jobs.map(({ started }) => started!);
  expect([...starts].sort((a, b) => a - b)).toEqual(starts);
  for (const start of starts) {
    const running = jobs.filter(({ started, ended }) => started! <= start && start < ended!);
    expect(running.length).toBeLessThanOrEqual(2);
  }
});

describe('a list that grows without end', () => {
  test('takes so many jobs and refuses more, and is one message still', async () => {
    const other = await TestEngine.make();
    try {
      const busy = other.client();
      const request = { ...convert('many.zarr'), input: recordings, output: join(other.folder, 'many') };
      const cwd = `/${'deep/'.repeat(800)}`;
      const asked = Array.from({ length: MAX_JOBS + 20 }, () => busy.call(startJob, { cwd, request }));
      const refused = (await Promise.allSettled(asked)).flatMap((one) =>
        one.status === 'rejected' ? [one.reason.code] : [],
      );
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused)).toEqual(new Set(['too-many-jobs']));
      expect((await busy.call(listJobs, {})).jobs).toHaveLength(MAX_JOBS);
    } finally {
      await other.remove();
    }
  });

  test('takes no job whose command line is a book', async () => {
    const logs = Array.from({ length: 10 }, () => `/${"'".repeat(2000)}`); // a shell wants four characters for each
    await expect(begin({ kind: 'gripper', logs })).rejects.toMatchObject({ code: 'job-too-large' });
  });
});

test('a second client sees the whole history, and hears of changes to the list', async () => {
  const first = await begin(convert('seen.zarr'));
  const changed: string[] = [];
  const forgotten: string[] = [];
  const other = engine.client({
    jobChanged: (job) => changed.push(`${job.id} ${job.state}`),
    jobForgotten: (id) => forgotten.push(id),
  });
  await other.call(listJobs, {});
  await first.ended();
  const second = await Heard.attach(other, first.id);
  await until(() => second.events.length === first.events.length);
  expect(second.events).toEqual(first.events);
  const late = await Heard.attach(other, first.id, first.events.length);
  await until(() => late.events.length === 1);
  expect(late.events[0]?.seq).toBe(first.events.length);
  expect(changed).toContain(`${first.id} done`);
  await other.call(forget, { id: first.id });
  await until(() => forgotten.length === 1);
  expect(forgotten).toEqual([first.id]);
  expect(await readdir(engine.places.jobs)).not.toContain(first.id);
  await expect(Heard.attach(other, first.id)).rejects.toMatchObject({ code: 'job-unknown' });
});

describe('after the supervisor was killed', () => {
  test('the next one shows what was done, says what was interrupted, and goes on with it', async () => {
    const done = await begin(convert('done.zarr'));
    await done.ended();
    const interrupted = await begin(
      convert('interrupted.zarr', { input: recordings, resolution: [480, 270] }),
    );
    await until(async () => (await interrupted.job()).progress !== undefined);
    await engine.kill();
    const next = engine.client();
    const { jobs } = await next.call(listJobs, {});
    expect(jobs.find(({ id }) => id === done.id)).toMatchObject({ state: 'done' });
    expect(jobs.find(({ id }) => id === interrupted.id)).toMatchObject({
      state: 'failed',
      resumable: true,
      error: { code: 'engine-stopped' },
    });
    // The client that was there all the time finds the successor, and has missed nothing.
    await until(() => interrupted.states.at(-1) === 'failed');
    interrupted.expectNoGap();
    await next.call(resume, { id: interrupted.id });
    expect(await interrupted.ended()).toMatchObject({ state: 'done' });
    interrupted.expectNoGap();
  });

  test('a job table that is damaged is said, and does not make it fail', async () => {
    const { id } = await client.call(startJob, { cwd: '/', request: { kind: 'gripper', logs: [LOG] } });
    await (await Heard.attach(client, id)).ended();
    await engine.kill();
    await writeFile(join(engine.places.jobs, id, 'job.json'), '{"version":1,"job"');
    const { jobs } = await client.call(listJobs, {});
    expect(jobs.some((job) => job.id === id)).toBe(false);
    expect(jobs.length).toBeGreaterThan(3);
    expect(await readFile(engine.places.log, 'utf8')).toContain(`job ${id} cannot be read`);
    await rm(join(engine.places.jobs, id), { recursive: true });
  });
});
