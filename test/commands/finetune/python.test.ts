// @module-tag long
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { appendFile, cp, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isAlive } from '../../../engine/base/process.js';
import type { JobHooks } from '../../../engine/commands/command.js';
import { run } from '../../../engine/commands/program.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { parseLogLine } from '../../../engine/formats/run/trainLog.js';
import type { TrainEvent, TrainResult } from '../../../engine/wire/workerMessages.js';
import { unpackCheckpoint } from '../../adapt/fixtures.js';
import { overridesOf, type PythonProject, pythonProject } from '../../work/runners/pythonProject.js';

vi.setConfig({ testTimeout: 300_000 });

let project: PythonProject;
let old: string;
beforeAll(async () => {
  project = await pythonProject();
  old = await unpackCheckpoint('policy-7d', project.folder);
});
afterAll(() => project.remove());

interface Call {
  readonly run: string;
  readonly more?: readonly string[];
  readonly signal?: AbortSignal;
  /** Each event as it comes. */
  readonly onEvent?: (event: TrainEvent) => void;
  readonly job?: JobHooks;
}

interface Answer {
  readonly code: number;
  readonly events: readonly TrainEvent[];
  readonly notes: readonly string[];
  readonly result: TrainResult | undefined;
  readonly err: string;
}

const { VIRTUAL_ENV: _venv, CONDA_PREFIX: _conda, REGRIP_PYTHON: _named, ...env } = process.env;

async function finetune({ run: name, more = [], signal, onEvent, job }: Call): Promise<Answer> {
  const lines: (TrainEvent & TrainResult)[] = [];
  const err: string[] = [];
  const words = [...overridesOf(project, ...more), '--runner', 'python', '--run-dir', name];
  const code = await run(['finetune', project.config, ...words, '--json'], {
    out: (text) => {
      lines.push(JSON.parse(text));
      if (lines.at(-1)?.event !== undefined) onEvent?.(lines.at(-1)!);
    },
    err: (text) => err.push(text),
    interactive: false,
    signal: signal ?? new AbortController().signal,
    env,
    cwd: project.folder,
    ...(job && { job }),
  });
  const events: TrainEvent[] = lines.filter(({ event }) => event !== undefined);
  const notes = events.flatMap((event) => (event.event === 'note' ? [event.message] : []));
  return { code, events, notes, result: lines.find(({ event }) => event === undefined), err: err.join('') };
}

/** So that what we put there can be looked at. */
const NEVER_SAVES = ['+fake.never_saves=1'];
const inRun = (name: string, ...path: readonly string[]): string => join(project.folder, name, ...path);
const recorded = async (name: string) => JSON.parse(await readFile(inRun(name, 'regrip.json'), 'utf8'));
const logged = async (name: string) =>
  (await readFile(inRun(name, 'logs.json.txt'), 'utf8')).trim().split('\n').map(parseLogLine);
const kinds = (events: readonly TrainEvent[]) => events.map(({ event }) => event);

test('from scratch: the command, the epochs, the checkpoints, the result', async () => {
  const { code, events, notes, result, err } = await finetune({
    run: 'scratch',
    more: ['training.num_epochs=2', '+fake.loss=1.0'],
  });
  expect(err).toMatch(/^FROM SCRATCH: [^\n]+\n$/); // also where notes are events
  expect(code).toBe(0);
  expect(notes[0]).toMatch(/^FROM SCRATCH/);
  expect(notes[1]).toMatch(/ && \S+ train\.py /); // scripts are out there that leave the folder of an absolute path of theirs
  expect(notes[1]).toContain('--config-name=train_pick');
  expect(notes[1]).toContain(`training.resume=False 'hydra.run.dir='\\''${inRun('scratch')}'\\'''`);
  expect(notes.filter((note) => note.includes('WARNING'))).toEqual([]);
  const start = events.find(({ event }) => event === 'start');
  expect(start).toMatchObject({ start: 'scratch', firstEpoch: 0, epochs: 2, stepsPerEpoch: 1 });
  expect(start).toMatchObject({ device: expect.stringMatching(/^PyTorch on cpu, python3 \(Python 3/) });
  const epochs = events.filter(({ event }) => event === 'epoch');
  expect(epochs).toMatchObject([
    { epoch: 0, log: { val_loss: 1 } },
    { epoch: 1, epochs: 2 },
  ]);
  expect(kinds(events)).toContain('step');
  expect(events).toContainEqual({ event: 'checkpoint', path: inRun('scratch', 'checkpoints/latest.ckpt') });
  const best = { checkpoint: 'epoch=0000-train_loss=1.000.ckpt', monitor: 'train_loss', value: 1 };
  expect(result).toEqual({ state: 'done', runDir: inRun('scratch'), epochs: 2, best });
  const progress = { epoch: 2, epochs: 2, globalStep: 12 };
  expect(await recorded('scratch')).toMatchObject({ state: 'done', runner: 'python', progress, best });
  expect(await readFile(inRun('scratch', 'output.log'), 'utf8')).toMatch(
    /^\$ python3 .*\n\[exit code 0\]\n$/,
  );
});

describe('from an old checkpoint', () => {
  test('it is adapted, and lies where train.py resumes from', async () => {
    const more = ['training.num_epochs=1', ...NEVER_SAVES, '--old-ckpt', old];
    const { code, events, notes, err } = await finetune({ run: 'warm', more });
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ event: 'start', start: 'weights' }));
    expect(notes[0]).toContain('training.resume=True');
    expect(notes.filter((note) => note.includes('WARNING'))).toEqual([]);
    expect(await readFile(inRun('warm', 'output.log'), 'utf8')).toContain('Resuming from checkpoint');
    const { index } = await opened(inRun('warm', 'checkpoints/latest.ckpt'));
    expect(index.pickles).toMatchObject({ global_step: 0, epoch: 0 });
    expect(index.pickles).not.toHaveProperty('_output_dir');
    expect(index.stateDicts['model']?.find(({ key }) => key === 'model.head.bias')?.shape).toEqual([8]);
    expect(JSON.parse(await readFile(inRun('warm', 'adaptation.json'), 'utf8'))).toMatchObject({
      newActionDim: 8,
    });
  });

  test('a train.py that does not load it is warned of: by what it says, and by its first losses', async () => {
    const more = ['training.num_epochs=1', '+fake.ignores_resume=1', '+fake.loss=1.01', '--old-ckpt', old];
    const { code, notes } = await finetune({ run: 'ignored', more });
    expect(code).toBe(0);
    expect(notes.filter((note) => note.includes('WARNING'))).toEqual([
      expect.stringContaining("train.py started training without printing 'Resuming from checkpoint'"),
      expect.stringContaining('first losses are 1.01'),
    ]);
  });

  test('a workspace whose code does not read training.resume is warned of before it starts', async () => {
    const workspace = join(project.folder, 'diffusion_policy/workspace');
    await mkdir(workspace);
    await writeFile(
      join(workspace, 'train_diffusion_transformer_hybrid_workspace.py'),
      'class TrainDiffusionTransformerHybridWorkspace:\n    def run(self, cfg):\n        print(cfg.training.num_epochs)\n',
    );
    const { notes } = await finetune({ run: 'unread', more: ['training.num_epochs=1', '--old-ckpt', old] });
    await rm(workspace, { recursive: true });
    expect(notes.filter((note) => note.includes('WARNING'))).toEqual([
      expect.stringContaining('reads training.resume'),
    ]);
  });

  test('one that fails before its first step leaves no checkpoint of ours, says why, and where', async () => {
    const more = ['+fake.fails=mismatch', '--old-ckpt', old];
    const { code, err } = await finetune({ run: 'fails', more });
    expect(code).toBe(1);
    expect(err).toContain(
      'RuntimeError: Error(s) in loading state_dict for Policy: size mismatch for model.input_emb.weight',
    );
    expect(err).toMatch(/\(at train\.py:\d+\)/);
    expect(err).toContain(inRun('fails', 'output.log'));
    expect(err).toContain('regrip explain');
    expect(existsSync(inRun('fails', 'checkpoints/latest.ckpt'))).toBe(false);
    expect(await recorded('fails')).toMatchObject({ state: 'failed', runner: 'python' });
  });
});

test('weights of a finished training start anew: counters at 0, the rate of the config', async () => {
  const trained = await unpackCheckpoint('policy-8d', project.folder);
  const more = ['training.num_epochs=1', ...NEVER_SAVES, 'optimizer.learning_rate=2e-5', '--init', trained];
  const { code, err } = await finetune({ run: 'init', more });
  expect(err).toBe('');
  expect(code).toBe(0);
  const { index } = await opened(inRun('init', 'checkpoints/latest.ckpt'));
  expect(index.pickles).toMatchObject({ global_step: 0, epoch: 0 });
  expect(index.optimizer?.state.size).toBe(0);
  expect(index.optimizer?.paramGroups[0]).toMatchObject({ lr: 2e-5, initial_lr: 2e-5 });
});

describe('a run that was trained before', () => {
  beforeAll(async () => {
    await finetune({ run: 'resumed', more: ['training.num_epochs=2'] });
  });

  test('goes on to its total, and no further', async () => {
    const more = ['training.num_epochs=3', '+fake.hangs_in=3'];
    const log = inRun('resumed', 'logs.json.txt');
    await appendFile(log, '{"test_mean_score": 0.5}\n');
    const before = await readFile(log, 'utf8');
    const { code, events, notes, result } = await finetune({ run: 'resumed', more });
    expect(code).toBe(0);
    expect(notes).toContainEqual(expect.stringContaining('1 epoch is left of training.num_epochs=3'));
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'start', start: 'resume', firstEpoch: 1 }),
    );
    expect(result).toMatchObject({ state: 'done', epochs: 3 });
    expect((await logged('resumed')).map((row) => row?.['epoch'])).not.toContain(3);
    expect((await readFile(log, 'utf8')).startsWith(before)).toBe(true); // the user's own rows, too
    expect(await readFile(inRun('resumed', 'output.log'), 'utf8')).toContain('[signal SIGINT]');
  });

  test('has nothing left then', async () => {
    const before = await readFile(inRun('resumed', 'output.log'), 'utf8');
    const { code, notes, result } = await finetune({ run: 'resumed', more: ['training.num_epochs=3'] });
    expect(code).toBe(0);
    expect(notes).toEqual([expect.stringContaining('nothing is left to train: latest.ckpt holds epoch 2')]);
    expect(result).toMatchObject({ state: 'done', epochs: 3 });
    expect(await readFile(inRun('resumed', 'output.log'), 'utf8')).toBe(before);
  });
});

test('a checkpoint that a kill left by halves is named, with another to start from', async () => {
  await finetune({ run: 'torn', more: ['training.num_epochs=1'] });
  const latest = inRun('torn', 'checkpoints/latest.ckpt');
  await truncate(latest, 100);
  const { code, err } = await finetune({ run: 'torn', more: ['training.num_epochs=2'] });
  expect(code).toBe(1);
  expect(err).toContain(`${latest}: a resume would load it, but it is incomplete`);
  const other = inRun('torn', 'checkpoints/epoch=0000-train_loss=0.050.ckpt');
  expect(err).toContain(`--init '${other}' --run-dir NEW`);
});

describe('a stop', () => {
  test('ends train.py at once; what is lost and how to go on is said', async () => {
    const stopping = new AbortController();
    const { code, notes, result, err } = await finetune({
      run: 'stopped',
      more: ['training.num_epochs=3', '+fake.hangs_in=1'],
      signal: stopping.signal,
      onEvent: (event) => {
        if (event.event === 'step' && event.epoch === 1) stopping.abort();
      },
    });
    expect(code).toBe(1); // less than was requested
    expect(result).toMatchObject({ state: 'paused', epochs: 1 });
    expect(notes.at(-1)).toMatch(
      /latest\.ckpt holds epoch 0, from which a resume continues; 2 steps after it are lost/,
    );
    expect(err).toContain('to continue: regrip finetune');
    expect(err).toContain('training.resume=True --run-dir stopped --runner python');
    expect(await recorded('stopped')).toMatchObject({ state: 'paused' });
    expect(isAlive(Number(await readFile(inRun('stopped', 'pid'), 'utf8')))).toBe(false);
  });

  test('after the epoch waits for a checkpoint; a pause of the engine is a stop', async () => {
    let ask: Parameters<JobHooks['onTrainerStarted']>[0] | undefined;
    const results: unknown[] = [];
    const nothing = () => undefined;
    const job: JobHooks = {
      ...{ progress: nothing, train: nothing, device: nothing, runDir: nothing },
      result: (document) => results.push(document),
      onTrainerStarted: (asks) => {
        ask = asks;
      },
    };
    const more = ['training.num_epochs=3', '+fake.hangs_in=1'];
    const first = await finetune({
      run: 'epoch',
      more,
      job,
      onEvent: ({ event }) => event === 'step' && ask?.('stopAfterEpoch'),
    });
    expect(first.result).toMatchObject({ state: 'paused' });
    expect(first.notes.at(-1)).toContain('from which a resume continues');
    await finetune({ run: 'pause', more, job, onEvent: ({ event }) => event === 'step' && ask?.('pause') });
    expect(results).toMatchObject([{ state: 'paused' }, { state: 'paused' }]);
  });
});

describe('what is not there is said before a run folder is made', () => {
  test.each([
    [
      ['--python', '/no/such/python'],
      /interpreter \/no\/such\/python cannot be started: there is no such program/,
    ],
    [['--train-script', 'absent.py'], /absent\.py cannot be read \(ENOENT\)/],
  ])('%j', async (more, message) => {
    const { code, err } = await finetune({ run: 'absent', more });
    expect(code).toBe(1);
    expect(err).toMatch(message);
    expect(existsSync(inRun('absent'))).toBe(false);
  });

  test('modules that the interpreter lacks, with the call that installs them', async () => {
    const poor = join(project.folder, 'poor-python');
    await writeFile(poor, '#!/bin/sh\necho regrip 3.9.1 torch hydra\n', { mode: 0o755 });
    const { err } = await finetune({ run: 'absent', more: ['--python', './poor-python'] });
    expect(err).toContain('(Python 3.9.1) is missing torch, hydra');
    expect(err).toContain('-m pip install torch hydra-core');
  });

  test('of several scripts train.py is taken; others must be named', async () => {
    const other = await pythonProject();
    await cp(other.script, join(other.folder, 'train_ray.py'));
    await cp(other.script, join(other.folder, 'train_two.py'));
    await rm(other.script);
    const words = ['finetune', other.config, ...overridesOf(other), '--runner', 'python', '--run-dir', 'r'];
    const err: string[] = [];
    const io = { out: () => undefined, err: (text: string) => err.push(text), interactive: false, env };
    expect(await run(words, { ...io, signal: new AbortController().signal, cwd: other.folder })).toBe(1);
    expect(err.join('')).toContain('train_ray.py, train_two.py');
    expect(err.join('')).toContain('--train-script');
    await other.remove();
  });
});

test('options of the other runner are a wrong call', async () => {
  expect(await finetune({ run: 'wrong', more: ['--backend', 'wasm'] })).toMatchObject({
    code: 2,
    err: expect.stringContaining('training.device'),
  });
});

test('a train.py that ends without a word and without a step has failed', async () => {
  expect((await finetune({ run: 'silent', more: ['+fake.fails=silently'] })).err).toContain(
    'exit code 3 without output',
  );
  expect((await finetune({ run: 'early', more: ['+fake.fails=early'] })).code).toBe(1);
});

test('a run folder that cannot be written for a while ends nothing', async () => {
  const record = inRun('away', 'regrip.json');
  const { code, notes, result } = await finetune({
    run: 'away',
    more: ['training.num_epochs=2'],
    onEvent: ({ event }) => {
      if (event === 'start') mkdirSync(join(record, 'in the way'), { recursive: true });
      if (event === 'epoch') rmSync(record, { recursive: true, force: true });
    },
  });
  expect(notes).toContainEqual(expect.stringContaining('cannot read the run folder right now'));
  expect(code).toBe(0);
  expect(result).toMatchObject({ state: 'done', epochs: 2 });
});

describe('what train.py has trained is never taken for nothing', () => {
  test('where it logs elsewhere: its checkpoints are the result, and stay when it fails', async () => {
    const more = ['training.num_epochs=2', '+fake.log=mine.jsonl', '--old-ckpt', old];
    const { code, notes, result, err } = await finetune({ run: 'elsewhere', more });
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(notes).toContainEqual(expect.stringContaining('did not log any step to'));
    expect(result).toMatchObject({ state: 'done', epochs: 2 });
    const failed = await finetune({ run: 'elsewhere2', more: [...more, '+fake.tears=other.ckpt'] });
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('OSError: [Errno 28] No space left on device');
    const trained = await readFile(join(project.made, '1.ckpt'));
    for (const run of ['elsewhere', 'elsewhere2'])
      expect(await readFile(inRun(run, 'checkpoints/latest.ckpt'))).toEqual(trained);
  });

  test('where it fails after its last epoch: said, and a failure only if the last checkpoint is lost', async () => {
    const more = ['training.num_epochs=1'];
    const kept = await finetune({ run: 'full', more: [...more, '+fake.tears=other.ckpt'] });
    expect(kept.code).toBe(0);
    expect(kept.result).toMatchObject({ state: 'done', epochs: 1 });
    expect(kept.notes).toContainEqual(
      expect.stringMatching(/exit code 1 after its last epoch: OSError: .*No space left/),
    );
    const lost = await finetune({ run: 'fuller', more: [...more, '+fake.tears=latest.ckpt'] });
    expect(lost.code).toBe(1);
    expect(lost.err).toContain('No space left on device');
  });
});

const isWindows = process.platform === 'win32';

test.skipIf(isWindows)('what train.py left running does not hold the run open', async () => {
  const { code } = await finetune({ run: 'leaves', more: ['training.num_epochs=1', '+fake.leaves=600'] });
  expect(code).toBe(0);
  const left = Number(await readFile(inRun('leaves', 'left'), 'utf8'));
  expect(isAlive(left)).toBe(true);
  process.kill(left, 'SIGKILL');
});

test.skipIf(isWindows)('train.py ends with us, however we end', async () => {
  const cli = fileURLToPath(new URL('../../../out/engine/cli.js', import.meta.url));
  const overrides = overridesOf(project, 'training.num_epochs=1', '+fake.hangs_in=0');
  const words = [cli, 'finetune', project.config, ...overrides, '--runner', 'python', '--run-dir', 'killed'];
  const ours = spawn(process.execPath, words, { cwd: project.folder, env, stdio: 'ignore' });
  const pid = await vi.waitUntil(() => readFile(inRun('killed', 'pid'), 'utf8').catch(() => ''), {
    timeout: 60_000,
  });
  expect(isAlive(Number(pid))).toBe(true);
  await vi.waitUntil(async () => (await recorded('killed').catch(() => undefined))?.pid === Number(pid), {
    timeout: 30_000,
  });
  const second = await finetune({ run: 'killed' });
  expect(second.err).toMatch(
    new RegExp(`process ${ours.pid} \\(regrip finetune .*\\) has been writing here`),
  );
  ours.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(Number(pid)), { timeout: 30_000 });
});

async function opened(path: string) {
  const file = await openCheckpoint(path);
  await file.close();
  return file;
}

describe('a log that shows NaN', () => {
  const toRun = ['training.num_epochs=3', ...NEVER_SAVES];

  test('is said at once, and train.py is stopped', async () => {
    const more = [...toRun, '+fake.nan_in=1', '+fake.hangs_in=1'];
    const { code, events, notes, result, err } = await finetune({ run: 'nan', more });
    expect([code, result]).toEqual([1, undefined]);
    expect(events).toContainEqual({
      ...{ event: 'notFinite', what: 'loss', value: { $numberDouble: 'NaN' }, epoch: 1, globalStep: 6 },
      ...{ learningRate: 1e-4, parameters: [], count: 0 },
    });
    expect(notes.at(-1)).toMatch(
      /^WARNING: the loss became NaN in step 6 \(epoch 1\).*stopping train\.py before/,
    );
    expect(err).toMatch(/error: the loss became NaN in step 6 .*; train\.py was stopped/);
    expect(err).toMatch(/lower learning rate: regrip finetune .* --run-dir nan --runner python/);
    expect(await recorded('nan')).toMatchObject({ state: 'failed', reason: expect.stringContaining('NaN') });
  });

  test('keeps running where that is requested: done only if the losses are numbers again', async () => {
    const goOn = ['--on-nan', 'continue'];
    const again = await finetune({ run: 'nan again', more: [...toRun, '+fake.nan_in=1', ...goOn] });
    expect([again.code, again.result?.state]).toEqual([0, 'done']);
    expect(again.notes.filter((note) => note.includes('train.py keeps running'))).toHaveLength(1);
    const lost = await finetune({ run: 'nan lost', more: [...toRun, '+fake.nan_in=1.2', ...goOn] });
    expect([lost.code, lost.result]).toEqual([1, undefined]);
    expect(lost.err).toContain('train.py ran to its end with such losses');
    expect((await recorded('nan lost')).state).toBe('failed');
  });
});
