// @module-tag engine
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { isAlive } from '../../engine/base/process.js';
import type { EngineClient } from '../../engine/wire/connect/client.js';
import type { JobRequestInput } from '../../engine/wire/jobs.js';
import {
  cancel,
  listJobs,
  pause,
  resume,
  status,
  stopAfterEpoch,
  stopNow,
} from '../../engine/wire/supervisorMessages.js';
import { NEW_CONFIG, unpackCheckpoint } from '../adapt/fixtures.js';
import { Heard, TestEngine, until } from './engine.js';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

let engine: TestEngine;
let client: EngineClient;
let old: string;
beforeAll(async () => {
  engine = await TestEngine.make();
  client = engine.client();
  old = await unpackCheckpoint('policy-7d', engine.folder);
});
afterAll(() => engine.remove());

/** Five steps an epoch, a checkpoint an epoch; so many epochs that only a test's own doing ends them. */
const overrides = (epochs: number): string[] => [
  `training.num_epochs=${epochs}`,
  'training.max_train_steps=5',
  'training.max_val_steps=1',
  'training.sample_every=1000',
  'dataloader.batch_size=2',
  'val_dataloader.batch_size=2',
  '+regrip.sample.steps=2',
  '+regrip.sample.windows=2',
];
const finetune = (name: string, epochs: number): JobRequestInput & { readonly runDir: string } => ({
  ...{ kind: 'finetune', config: NEW_CONFIG, overrides: overrides(epochs), oldCkpt: old },
  runDir: join(engine.folder, name),
  backend: 'tensorflow-cpu',
});

/** Steps in the run's log, from 0. */
async function loggedSteps(runDir: string): Promise<number[]> {
  const text = await readFile(join(runDir, 'logs.json.txt'), 'utf8').catch(() => '');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).global_step as number);
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const stateOf = async (runDir: string): Promise<unknown> =>
  JSON.parse(await readFile(join(runDir, 'regrip.json'), 'utf8')).state;
const epochsOf = (heard: Heard): number => heard.train('epoch').length;

async function childOf(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]);
  return Number(stdout.split('\n')[0]);
}
const jobPid = async (): Promise<number> => childOf((await engine.pid())!);
/** The process with the tensors. */
const workerPid = async (): Promise<number> => childOf(await jobPid());

/** A client in a process of its own, which begins a job and says its id. */
const others: ChildProcess[] = [];
async function beginElsewhere(request: JobRequestInput): Promise<{ id: string; kill: () => void }> {
  const program = fileURLToPath(new URL('../../out/test/supervisor/starter.js', import.meta.url));
  const options = JSON.stringify(engine.options({ env: {} }));
  const child = spawn(process.execPath, [program, options, JSON.stringify({ cwd: '/', request })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  others.push(child);
  const id = await new Promise<string>((resolve) =>
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim())),
  );
  return { id, kill: () => child.kill('SIGKILL') };
}
afterEach(() => {
  for (const child of others.splice(0)) child.kill('SIGKILL');
});

describe('a fine-tune whose window was killed', () => {
  let heard: Heard;
  const request = () => finetune('outlives', 400);

  test('goes on, and the next window sees all of it', async () => {
    const { id, kill } = await beginElsewhere(request());
    heard = await Heard.attach(client, id);
    await until(() => epochsOf(heard) >= 1, 200_000);
    kill();
    const epochs = epochsOf(heard);
    await until(() => epochsOf(heard) > epochs + 1);
    const next = await Heard.attach(engine.client(), id);
    await until(() => next.events.length >= heard.events.length);
    heard.expectNoGap();
    next.expectNoGap();
    const shared = Math.min(heard.events.length, next.events.length);
    expect(next.events.slice(0, shared)).toEqual(heard.events.slice(0, shared));
    expect(next.train('start')[0]?.told).toMatchObject({ event: { start: 'weights', stepsPerEpoch: 5 } });
    expect(await next.job()).toMatchObject({
      state: 'running',
      title: 'Fine-tune train_pick.yaml',
      runDir: request().runDir,
      device: expect.stringMatching(/^tensorflow 2\.\d+\.\d+, CPU/),
      progress: { unit: 'steps', total: 2000, done: expect.any(Number) },
    });
  });

  test('pauses between steps with a checkpoint, keeps its device, and goes on', async () => {
    await client.call(pause, { id: heard.id });
    await until(async () => (await heard.job()).state === 'paused');
    expect(await stateOf(request().runDir)).toBe('paused');
    const steps = (await loggedSteps(request().runDir)).length;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await loggedSteps(request().runDir)).length).toBe(steps);
    const waiting = await Heard.begin(client, engine.folder, finetune('waits', 1));
    expect(await client.call(status, {})).toMatchObject({
      state: 'busy',
      running: [heard.id],
      queued: [waiting.id],
    });
    await client.call(cancel, { id: waiting.id });
    await client.call(resume, { id: heard.id });
    await until(async () => (await heard.job()).state === 'running');
    const epochs = epochsOf(heard);
    await until(() => epochsOf(heard) > epochs);
    expect(await stateOf(request().runDir)).toBe('running');
  });

  test('stops after the epoch when it is asked to, at its end', async () => {
    await client.call(stopAfterEpoch, { id: heard.id });
    expect(await heard.ended()).toMatchObject({
      state: 'paused',
      resumable: true,
      ended: expect.any(Number),
    });
    expect(heard.states.slice(-2)).toEqual(['stopping', 'paused']);
    const steps = await loggedSteps(request().runDir);
    expect(steps).toEqual(upTo(steps.length));
    expect(steps.length % 5).toBe(0);
    expect(heard.result).toMatchObject({ state: 'paused', epochs: steps.length / 5 });
  });

  test('goes on from there in a new process, and stops at once when it is asked to', async () => {
    const before = await loggedSteps(request().runDir);
    const { command } = await client.call(resume, { id: heard.id });
    expect(command).toContain('training.resume=True');
    expect(command).toContain(`--run-dir ${request().runDir}`);
    await until(() => heard.train('step').length > 0 && heard.train('start').length === 2, 200_000);
    expect(heard.train('start')[1]?.told).toMatchObject({
      event: { start: 'resume', firstEpoch: before.length / 5 },
    });
    const epochs = epochsOf(heard);
    await until(() => epochsOf(heard) > epochs);
    await client.call(stopNow, { id: heard.id });
    expect(await heard.ended()).toMatchObject({ state: 'paused', resumable: true });
    const steps = await loggedSteps(request().runDir);
    expect(steps).toEqual(upTo(steps.length));
    expect(steps.length).toBeGreaterThan(before.length);
    heard.expectNoGap();
  });
});

test.each([
  ['the worker', workerPid, 'worker-crashed'],
  // Its worker still writes a checkpoint; what resumes it waits for that.
  ["the job's process", jobPid, 'job-crashed'],
])(
  '%s, when it is killed, is a failed job with its reason, and the run ends when it is resumed',
  async (_, pid, code) => {
    const request = finetune(code, 4);
    const heard = await Heard.begin(client, engine.folder, request);
    await until(() => epochsOf(heard) >= 1, 200_000);
    process.kill(await pid(), 'SIGKILL');
    expect(await heard.ended()).toMatchObject({
      state: 'failed',
      resumable: true,
      error: { code, message: expect.stringContaining('signal SIGKILL') },
    });
    await client.call(resume, { id: heard.id });
    expect(await heard.ended(200_000)).toMatchObject({ state: 'done', resumable: false });
    expect(await loggedSteps(request.runDir)).toEqual(upTo(20));
    expect(heard.result).toMatchObject({ state: 'done', epochs: 4 });
    heard.expectNoGap();
  },
);

test('what a killed supervisor and job left is named, and the next window stops it', async () => {
  const request = finetune('left', 6);
  const heard = await Heard.begin(client, engine.folder, request);
  await until(() => epochsOf(heard) >= 1, 200_000);
  const [job, worker] = [await jobPid(), await workerPid()];
  process.kill(worker, 'SIGSTOP'); // it would end by itself
  await engine.kill();
  process.kill(job, 'SIGKILL');
  await until(() => !isAlive(job));
  const next = engine.client();
  const listed = (await next.call(listJobs, {})).jobs.find(({ id }) => id === heard.id);
  expect(listed).toMatchObject({
    error: {
      message: expect.stringContaining(`process ${worker} is still running`),
      hint: expect.stringContaining(`kill -INT ${worker}`),
    },
  });
  await next.call(stopNow, { id: heard.id });
  expect(isAlive(worker)).toBe(true); // asked, and stands still
  await next.call(stopNow, { id: heard.id });
  await until(() => !isAlive(worker));
  await expect(next.call(stopNow, { id: heard.id })).rejects.toMatchObject({ code: 'job-state' });
  await next.call(resume, { id: heard.id });
  expect(await heard.ended(200_000)).toMatchObject({ state: 'done' });
});

test('kill -INT lets a training whose starter was killed write its checkpoint', async () => {
  const request = finetune('orphan', 6);
  const heard = await Heard.begin(client, engine.folder, request);
  await until(() => epochsOf(heard) >= 1, 200_000);
  const worker = await workerPid();
  process.kill(worker, 'SIGINT');
  expect(await heard.ended()).toMatchObject({ state: 'paused', resumable: true });
  expect(await stateOf(request.runDir)).toBe('paused');
});

test('a supervisor that is killed leaves a checkpoint behind; the next one says so and finishes the run', async () => {
  const request = finetune('supervisor-killed', 6);
  const heard = await Heard.begin(client, engine.folder, request);
  await until(() => epochsOf(heard) >= 1, 200_000);
  await engine.kill();
  const next = engine.client();
  const { jobs } = await next.call(listJobs, {});
  expect(jobs.find(({ id }) => id === heard.id)).toMatchObject({
    state: 'failed',
    resumable: true,
    error: { code: 'engine-stopped', hint: expect.stringContaining('resume') },
  });
  await next.call(resume, { id: heard.id });
  expect(await heard.ended(200_000)).toMatchObject({ state: 'done' });
  expect(await loggedSteps(request.runDir)).toEqual(upTo(30));
  heard.expectNoGap();
});
