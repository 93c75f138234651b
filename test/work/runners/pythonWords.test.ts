import { expect, test } from 'vitest';
import { bestByName } from '../../../engine/work/runners/python/best.js';
import { trainingWords } from '../../../engine/work/runners/python/command.js';
import { pythonFailed } from '../../../engine/work/runners/python/error.js';
import { pythonNotes, stopNote } from '../../../engine/work/runners/python/notes.js';
import { PythonStop } from '../../../engine/work/runners/python/stop.js';

const call = {
  python: 'python3',
  script: '/code/train.py',
  configRoot: '/code/diffusion_policy/config',
  primary: '/code/diffusion_policy/config/train_8d.yaml',
  overrides: ['training.num_epochs=200'],
  runDir: '/runs/one',
  hasResume: true,
  resume: true,
};

test('the command: config name, the overrides as they were given, ours behind them', () => {
  expect(trainingWords(call)).toEqual([
    ...['python3', '/code/train.py', '--config-name=train_8d', 'training.num_epochs=200'],
    ...['training.resume=True', 'hydra.run.dir=/runs/one'],
  ]);
});

test("the user's own run folder and resume are in the start that they led to, and not said twice", () => {
  const overrides = ['hydra.run.dir=elsewhere', '++training.resume=False', '~training.resume', 'seed=1'];
  expect(trainingWords({ ...call, overrides, resume: false }).slice(3)).toEqual([
    ...['seed=1', 'training.resume=False', 'hydra.run.dir=/runs/one'],
  ]);
});

test.each([
  ['/code/diffusion_policy/config', '/code/diffusion_policy/config/arm/a.yaml', ['--config-name=arm/a']],
  ['/code/diffusion_policy/config', '/mine/a.yaml', ['--config-path=/mine', '--config-name=a']],
  [undefined, '/mine/a.yml', ['--config-path=/mine', '--config-name=a']],
])('configs of %s, primary %s', (configRoot, primary, words) => {
  const told = trainingWords({ ...call, configRoot, primary });
  expect(told.slice(2, 2 + words.length)).toEqual(words);
});

test("a folder's name with what Hydra's grammar means something by is quoted for it", () => {
  const last = (runDir: string) => trainingWords({ ...call, runDir }).at(-1);
  expect(last("/my runs/it's, {8}=D")).toBe("hydra.run.dir='/my runs/it\\'s, {8}=D'");
});

test('a key that the config lacks is added, since Hydra refuses to override it', () => {
  expect(trainingWords({ ...call, hasResume: false })).toContain('++training.resume=True');
});

const topK = { monitorKey: 'train_loss', mode: 'min', k: 5 } as const;
const formatStr = 'epoch={epoch:04d}-train_loss={train_loss:.3f}.ckpt';

test('the best checkpoint by the names that upstream gives', () => {
  const names = ['latest.ckpt', 'epoch=0050-train_loss=0.021.ckpt', 'epoch=0100-train_loss=0.017.ckpt'];
  const best = { checkpoint: names[2], monitor: 'train_loss', value: 0.017 };
  expect(bestByName(names, { ...topK, formatStr })).toEqual(best);
  expect(bestByName(names, { ...topK, mode: 'max', formatStr })?.checkpoint).toBe(names[1]);
  expect(bestByName(['latest.ckpt'], { ...topK, formatStr })).toBeNull();
  expect(bestByName(['e=3.ckpt'], { ...topK, formatStr: 'e={epoch}.ckpt' })).toBeNull();
});

const failure = {
  python: '/envs/bin/python',
  how: 'exit code 1',
  output: '',
  log: '/runs/one/output.log',
  workingFolder: '/code',
  explain: (key: string) => `regrip explain latest.ckpt ${key}`,
};
const TRACEBACK = `Error executing job with overrides: []
Traceback (most recent call last):
  File "/code/train.py", line 36, in main
    workspace.run()
  File "/code/diffusion_policy/workspace/w.py", line 73, in run
    self.load_checkpoint(path=latest)
  File "/envs/lib/python3.11/site-packages/torch/nn/modules/module.py", line 2189, in load_state_dict
    raise RuntimeError(
RuntimeError: Error(s) in loading state_dict for Policy:
\tsize mismatch for model.head.bias: copying a param with shape torch.Size([7]) from checkpoint.

Set the environment variable HYDRA_FULL_ERROR=1 for a complete stack trace.
`;

test("an exception: its message, the innermost place in the user's own code, and what explains it", () => {
  const { message, hint } = pythonFailed({ ...failure, output: TRACEBACK });
  expect(message).toBe(
    'train.py ended with exit code 1: RuntimeError: Error(s) in loading state_dict for Policy: size mismatch for model.head.bias: copying a param with shape torch.Size([7]) from checkpoint. (at diffusion_policy/workspace/w.py:73); its complete output is in /runs/one/output.log',
  );
  expect(hint).toBe('to see why the two differ, run: regrip explain latest.ckpt model.head.bias');
});

test('of several exceptions the last one; what Hydra says without a traceback', () => {
  const two = `${TRACEBACK.replace('RuntimeError:', 'KeyError:')}During handling\n${TRACEBACK}`;
  expect(pythonFailed({ ...failure, output: two }).message).toContain(': RuntimeError: Error(s)');
  const refused =
    "Could not override 'a.b'.\nKey 'a' is not in struct\n    full_key: a\n\nSet the environment variable HYDRA_FULL_ERROR=1 for a complete stack trace.\n";
  const { message } = pythonFailed({ ...failure, output: refused });
  expect(message).toContain(
    "Could not override 'a.b'. | Key 'a' is not in struct |     full_key: a; its complete output",
  );
});

test('a message of several lines is told with them', () => {
  const output = `Traceback (most recent call last):
  File "/code/train.py", line 30, in main
    cls = get_class(cfg._target_)
ImportError: Error loading 'a.b.Workspace':
ImportError("cannot import name 'cached_download'")
`;
  expect(pythonFailed({ ...failure, output }).message).toContain(
    `ImportError: Error loading 'a.b.Workspace': ImportError("cannot import name 'cached_download'") (at train.py:30)`,
  );
});

test('memory of the GPU and of the machine have hints of their own', () => {
  const cuda =
    'Traceback (most recent call last):\n  File "/code/train.py", line 1, in x\ntorch.OutOfMemoryError: CUDA out of memory.\n';
  expect(pythonFailed({ ...failure, output: cuda }).hint).toContain('dataloader.batch_size');
  expect(pythonFailed({ ...failure, output: cuda }).hint).toContain('gradient_accumulate_every');
  expect(pythonFailed({ ...failure, how: 'signal SIGKILL' }).hint).toContain('num_workers');
  expect(pythonFailed(failure).message).toContain('without output');
});

test('a missing module suggests checking the interpreter', () => {
  const output = "ModuleNotFoundError: No module named 'diffusers'";
  expect(pythonFailed({ ...failure, output }).hint).toMatch(
    /^check that \/envs\/bin\/python is the interpreter.*diffusers/,
  );
});

test('wandb that wants a key cannot ask for it', () => {
  const output =
    'wandb.errors.UsageError: api_key not configured (no-tty). call wandb.login(key=[your_api_key])';
  expect(pythonFailed({ ...failure, output }).hint).toContain('logging.mode=offline');
});

test('a stop: asked, told, killed, and no kill while a checkpoint is being written', () => {
  let now = 0;
  const sent: string[] = [];
  let isWriting = true;
  const stop = new PythonStop({
    send: (signal) => sent.push(signal),
    isWriting: () => isWriting,
    now: () => now,
  });
  const lookAt = (time: number): void => {
    now = time;
    stop.look();
  };
  lookAt(0);
  stop.ask();
  stop.ask();
  lookAt(3_000);
  expect(sent).toEqual([]);
  isWriting = false;
  lookAt(4_000);
  lookAt(13_999);
  expect(sent).toEqual(['SIGINT']);
  isWriting = true;
  lookAt(20_000);
  expect(sent).toEqual(['SIGINT']);
  isWriting = false;
  lookAt(21_000);
  lookAt(30_999);
  expect(sent).toEqual(['SIGINT', 'SIGTERM']);
  isWriting = true;
  lookAt(120_000);
  expect(sent).toEqual(['SIGINT', 'SIGTERM', 'SIGKILL']);
});

const told = {
  words: ['python3', 'train.py', 'a=[1]'],
  workingFolder: '/my code',
  log: '/runs/one/output.log',
  start: 'weights',
  from: undefined,
  options: { epochs: 200, checkpointEvery: 50, useEma: true },
  resolved: { _target_: 'w.Workspace' },
  readsResume: 'reads',
} as const;
const saved = { epochsDone: 51, nextEpoch: 50, globalStep: 306, strategy: undefined };

test('notes: the command to copy, the last epoch that is saved, what a resume does', () => {
  const notes = pythonNotes(told);
  expect(notes[0]).toBe("cd '/my code' && python3 train.py 'a=[1]'");
  expect(notes.join('\n')).toContain('is that of epoch 150; training.num_epochs=201 would save its last one');
  expect(pythonNotes({ ...told, options: { ...told.options, epochs: 201 } })).toHaveLength(2);
  const resumed = pythonNotes({ ...told, start: 'resume', from: saved }).join('\n');
  expect(resumed).toContain('149 epochs are left of training.num_epochs=200');
  expect(resumed).toContain('stopped after epoch 199');
  expect(resumed).toContain('epoch 50 again');
  expect(resumed).toContain('EMA counter restarts');
  const untrained = { ...saved, epochsDone: 0, nextEpoch: 0, globalStep: 0 };
  expect(pythonNotes({ ...told, start: 'resume', from: untrained })).toContainEqual(
    expect.stringContaining('no epoch has been trained yet'),
  );
});

test('a workspace that does not read training.resume is known before the start', () => {
  const warned = pythonNotes({ ...told, readsResume: 'does not read' });
  expect(warned).toContainEqual(
    expect.stringMatching(
      /^WARNING: train\.py will train from scratch: no code of w\.Workspace reads training\.resume/,
    ),
  );
  expect(pythonNotes({ ...told, start: 'scratch', readsResume: 'does not read' }).join()).not.toContain(
    'WARNING',
  );
});

test('a training that saves nothing is warned of', () => {
  const resolved = { ...told.resolved, checkpoint: { save_ckpt: false } };
  expect(pythonNotes({ ...told, resolved }).at(-1)).toMatch(
    /^WARNING: train\.py will save no checkpoint, because checkpoint\.save_ckpt is False/,
  );
  const saves = pythonNotes({ ...told, resolved: { ...told.resolved, checkpoint: { save_ckpt: true } } });
  expect(saves).toEqual(pythonNotes(told));
});

test('what a stop costs', () => {
  expect(stopNote(saved, 320)).toBe(
    'stopped; latest.ckpt holds epoch 50, from which a resume continues; 14 steps after it are lost',
  );
  expect(stopNote(saved, 306)).not.toContain('lost');
  expect(stopNote({ ...saved, globalStep: 0 }, 20)).toContain('again from the inherited weights');
  expect(stopNote(undefined, 20)).toContain('had not written a checkpoint yet, so 20 steps are lost');
});
