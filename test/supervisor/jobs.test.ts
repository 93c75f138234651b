import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MAX_JOBS } from '../../engine/supervisor/jobList.js';
import type { EngineClient } from '../../engine/wire/connect/client.js';
import type { JobRequestInput } from '../../engine/wire/jobs.js';
import {
  cancel,
  forget,
  listJobs,
  pause,
  resume,
  startJob,
  status,
} from '../../engine/wire/supervisorMessages.js';
import { DATA_SET, NEW_CONFIG, unpackCheckpoint } from '../adapt/fixtures.js';
import { MINI } from '../work/convert/folders.js';
import { runFolder, upstreamLog } from '../work/report/runs.js';
import { Heard, longRecordings, SOURCE, TestEngine, until } from './engine.js';

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

/** Pids of the processes right below `parent`. */
async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(parent)]).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean).map(Number);
}

describe('a job of each kind ends with what its command prints as JSON', () => {
  test('convert, with its progress', async () => {
    const heard = await begin(convert('converted.zarr'));
    expect(await heard.ended()).toMatchObject({
      kind: 'convert',
      title: 'Convert cogact-mini',
      state: 'done',
      progress: { done: 148, total: 148, unit: 'frames' },
    });
    expect(heard.states).toEqual(['queued', 'running', 'done']);
    expect(heard.result).toMatchObject({ episodes: 5, steps: 148, output: within('converted.zarr') });
    expect(heard.text).toContain('5 episodes, 148 steps, 16 × 8; needs about');
    heard.expectNoGap();
  });

  test('adapt', async () => {
    const oldCkpt = await unpackCheckpoint('policy-7d', engine.folder);
    const heard = await begin({
      kind: 'adapt',
      config: NEW_CONFIG,
      oldCkpt,
      dryRun: true,
      strategy: 'reinit',
    });
    expect(await heard.ended()).toMatchObject({
      state: 'done',
      title: 'Plan the adaptation of policy-7d.ckpt',
    });
    expect(heard.result).toMatchObject({
      dropped: [],
      initialised: expect.arrayContaining(['model.head.weight']),
    });
  });

  test('gripper, where a finding is no failure', async () => {
    const silent = within('silent.json');
    const action = Array.from({ length: 8 }, () => [0, 0, 0, 0, 0, 0, 1, 0.99]);
    const steps = Array.from({ length: 40 }, (_, step) => ({
      step,
      input: { state: [] },
      action: { values: action },
    }));
    await writeFile(silent, JSON.stringify({ steps }));
    const heard = await begin({ kind: 'gripper', logs: [LOG, silent] });
    expect(await heard.ended()).toMatchObject({
      state: 'done',
      title: 'Check gripper in steps.json and 1 more',
    });
    expect(heard.result).toMatchObject([{ file: LOG }, { file: silent, verdict: 'constant' }]);
  });

  test('report', async () => {
    const run = await runFolder(within('run'), { 'logs.json.txt': upstreamLog(3) });
    const heard = await begin({ kind: 'report', runs: [run] });
    expect(await heard.ended()).toMatchObject({ state: 'done' });
    expect(heard.result).toMatchObject({ output: join(run, 'report.html') });
  });

  test('evaluate, with its device', async () => {
    const checkpoint = await unpackCheckpoint('policy-8d', engine.folder);
    const asked = {
      kind: 'evaluate',
      checkpoint,
      data: DATA_SET,
      episodes: '0',
      sampler: 'ddim',
      steps: 2,
    } as const;
    const heard = await begin(asked);
    expect(await heard.ended()).toMatchObject({
      state: 'done',
      device: expect.stringContaining('CPU'),
    });
    const whole = heard.events.flatMap(({ told }) =>
      told.kind === 'progress' && told.progress.done === told.progress.total ? [told.progress.unit] : [],
    );
    expect(whole.sort()).toEqual(['sampled actions', 'validation loss']);
    expect(heard.result).toMatchObject({ checkpoint, weights: 'ema', valLoss: expect.any(Number) });
  });

  test('measureEngine, whose speed the status then tells', async () => {
    expect((await client.call(status, {})).engine).toBeUndefined();
    const heard = await begin({ kind: 'measureEngine' });
    expect(await heard.ended()).toMatchObject({ state: 'done' });
    const { engine: measured } = await client.call(status, {});
    expect(measured).toMatchObject({ device: expect.stringContaining('CPU') });
    expect(measured?.matmulGflops).toBeGreaterThan(0.1);
  });

  test('installEngine, where there is nothing to do', async () => {
    const heard = await begin({ kind: 'installEngine' });
    expect(await heard.ended()).toMatchObject({ state: 'done', command: 'regrip engine install' });
    expect(heard.result).toMatchObject({ outcome: 'already' });
  });
});

test("a job's command line, typed in its folder, does the same", async () => {
  const odd = within("it's odd");
  await mkdir(odd, { recursive: true });
  await copyFile(LOG, join(odd, 'a log.json'));
  const heard = await begin({ kind: 'gripper', logs: [join(odd, 'a log.json')], low: -0.5, high: 0.5 });
  const { command, cwd } = await heard.ended();
  expect(command).toMatch(/^regrip gripper '.*it'\\''s odd\/a log\.json' --low=-0\.5 --high 0\.5$/);
  const bin = within('bin');
  await mkdir(bin);
  const cli = join(SOURCE.root, 'out/engine/cli.js');
  await writeFile(join(bin, 'regrip'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`);
  await chmod(join(bin, 'regrip'), 0o755);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}` };
  const typed = promisify(execFile)('sh', ['-c', `${command} --json`], { cwd, env });
  const stdout = await typed.then(
    (answer) => answer.stdout,
    (error: { stdout: string }) => error.stdout, // exit code 1 says that there are findings
  );
  expect(JSON.parse(stdout)).toEqual(heard.result);
});

describe('a job that fails', () => {
  test('says the code, the message and the hint of its command', async () => {
    const heard = await begin(convert('converted.zarr'));
    expect(await heard.ended()).toMatchObject({
      state: 'failed',
      resumable: false,
      error: {
        code: 'output-exists',
        message: expect.stringContaining('the output exists'),
        hint: expect.stringContaining('--overwrite'),
      },
    });
    expect(heard.events.at(-1)?.told).toMatchObject({ kind: 'state', error: { code: 'output-exists' } });
    await expect(client.call(resume, { id: heard.id })).rejects.toMatchObject({ code: 'job-state' });
  });

  test('says so for a wrong call', async () => {
    const heard = await begin({ kind: 'adapt', config: NEW_CONFIG, oldCkpt: within('none.ckpt') });
    expect((await heard.ended()).error).toMatchObject({ code: 'usage', message: '--new-ckpt is missing' });
  });

  test('whose process dies says its exit code and its last words', async () => {
    const dying = within('dying.cjs');
    await writeFile(
      dying,
      "if (process.argv[1].endsWith('job.js')) { console.error('no more memory'); process.exit(7); }",
    );
    const other = await TestEngine.make();
    try {
      const env = { ...process.env, NODE_OPTIONS: `--require ${dying}` };
      const heard = await Heard.begin(other.client({}, { env }), '/', { kind: 'gripper', logs: [LOG] });
      expect(await heard.ended()).toMatchObject({
        state: 'failed',
        resumable: false,
        error: {
          code: 'job-crashed',
          message:
            "the job's process ended with exit code 7 without an answer; its last output: no more memory",
        },
      });
      expect(heard.text).toBe('no more memory\n');
    } finally {
      await other.remove();
    }
  });

  test('whose process is killed says how, and goes on when it is resumed', async () => {
    const heard = await begin(convert('killed.zarr', { input: recordings, resolution: [480, 270] }));
    await until(async () => (await heard.job()).progress !== undefined);
    const [process_] = await childrenOf((await engine.pid())!);
    process.kill(process_!, 'SIGKILL');
    expect(await heard.ended()).toMatchObject({
      state: 'failed',
      resumable: true,
      error: {
        code: 'job-crashed',
        message: "the job's process ended with signal SIGKILL without an answer",
      },
    });
    await client.call(resume, { id: heard.id });
    expect(await heard.ended()).toMatchObject({
      state: 'done',
      command: expect.stringContaining(' --resume'),
    });
    expect(heard.states).toEqual(['queued', 'running', 'failed', 'queued', 'running', 'done']);
    heard.expectNoGap();
  });
});

describe('what a user ends', () => {
  test('is cancelled, and a conversion goes on from what it has', async () => {
    const heard = await begin(convert('cancelled.zarr', { input: recordings, resolution: [480, 270] }));
    await until(async () => (await heard.job()).progress !== undefined);
    expect(await client.call(cancel, { id: heard.id })).toMatchObject({ state: 'stopping' });
    expect(await heard.ended()).toMatchObject({ state: 'cancelled', resumable: true });
    expect((await heard.job()).error).toBeUndefined();
    // Asked for anew it says that there is something to go on with.
    const again = await begin(convert('cancelled.zarr', { input: recordings, resolution: [480, 270] }));
    expect(await again.ended()).toMatchObject({ error: { code: 'unfinished' }, resumable: true });
    await client.call(resume, { id: heard.id });
    expect(await heard.ended()).toMatchObject({ state: 'done' });
  });

  test('cannot be paused unless it is a training', async () => {
    const heard = await begin(convert('unpaused.zarr'));
    await expect(client.call(pause, { id: heard.id })).rejects.toMatchObject({
      code: 'job-no-training',
      hint: 'cancel it instead',
    });
    await heard.ended();
  });
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

  test('a job table that is damaged is said, and is no reason to fail', async () => {
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
