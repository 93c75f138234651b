import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { EngineClient } from '../../engine/wire/connect/client.js';
import type { JobRequestInput } from '../../engine/wire/jobs.js';
import { cancel, pause, resume, status } from '../../engine/wire/supervisorMessages.js';
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

  test('gripper, where a finding is not a failure', async () => {
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

  test('evaluate, with its device', { tags: 'engine' }, async () => {
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

  test('measureEngine, whose speed the status then tells', { tags: 'engine' }, async () => {
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
