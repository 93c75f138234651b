import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { NEW_CONFIG, unpackCheckpoint } from '../../adapt/fixtures.js';

vi.setConfig({ testTimeout: 400_000 });

const CLI = fileURLToPath(new URL('../../../out/engine/cli.js', import.meta.url));
const SMALL = [
  'training.num_epochs=1',
  'training.max_train_steps=2',
  'training.max_val_steps=1',
  'dataloader.batch_size=4',
  'val_dataloader.batch_size=4',
  '+regrip.sample.steps=2',
  '+regrip.sample.windows=2',
];

let folder: string;
let old: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-finetune-'));
  old = await unpackCheckpoint('policy-7d', folder);
});
afterAll(() => rm(folder, { recursive: true }));

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
const regrip = (...args: string[]): Answer =>
  spawnSync(process.execPath, [CLI, 'finetune', ...args], {
    encoding: 'utf8',
    cwd: folder,
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
const lines = (answer: Answer): Record<string, unknown>[] =>
  answer.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('from an old checkpoint', { tags: 'engine' }, () => {
  test('adapts into the run folder, trains, and the last line says where', async () => {
    const answer = regrip(NEW_CONFIG, ...SMALL, '--old-ckpt', old, '--run-dir', 'run', '--json');
    expect(answer.stderr).toBe('');
    expect(answer.status).toBe(0);
    const events = lines(answer);
    expect(events[0]).toMatchObject({ event: 'note', message: expect.stringContaining('adapted') });
    const runDir = join(folder, 'run');
    expect(events).toContainEqual(expect.objectContaining({ event: 'start', start: 'weights', epochs: 1 }));
    expect(events.at(-1)).toMatchObject({ state: 'done', runDir, epochs: 1 });
    for (const name of ['adapted.ckpt', 'checkpoints/latest.ckpt', '.hydra/config.yaml', 'logs.json.txt'])
      expect(existsSync(join(runDir, name)), name).toBe(true);
    const config = await readFile(join(runDir, '.hydra/config.yaml'), 'utf8');
    expect(config).toContain('${task.shape_meta}');
  });

  test('the same command goes on with the run, and prints a table for a person', () => {
    const answer = regrip(
      NEW_CONFIG,
      ...SMALL,
      'training.num_epochs=2',
      '--old-ckpt',
      old,
      '--run-dir',
      'run',
    );
    expect(answer.status, answer.stderr).toBe(0);
    expect(answer.stderr).toContain('resuming ');
    expect(answer.stderr).toContain('is the total, also after a resume');
    expect(answer.stdout).toMatch(/epoch +train loss +val loss +position/);
    expect(answer.stdout).toMatch(/done after 2 epochs/);
  });

  test('a run that is past its last epoch says that nothing is left', () => {
    const answer = regrip(NEW_CONFIG, ...SMALL, '--run-dir', 'run');
    expect(answer.status, answer.stderr).toBe(0);
    expect(answer.stderr).toContain(
      'nothing is left to train: 2 epochs of training.num_epochs=1 are done; raise training.num_epochs to continue',
    );
  });

  test('a run folder that holds a training is not written over', () => {
    const answer = regrip(NEW_CONFIG, ...SMALL, 'training.resume=False', '--run-dir', 'run');
    expect(answer.status).toBe(1);
    expect(answer.stderr).toMatch(/already holds a training.*\n.*training\.resume=True/);
  });
});

test('a 7-D checkpoint is not a start for an 8-D config: the keys, and the call that mends it', () => {
  const answer = regrip(NEW_CONFIG, ...SMALL, '--init', old, '--run-dir', 'refused');
  expect(answer.status).toBe(1);
  expect(answer.stderr).toContain('model.input_emb.weight is [32, 7], expected [32, 8]');
  // With its overrides: without them another policy, or another data set, could be meant.
  expect(answer.stderr).toContain(
    `regrip adapt --old-ckpt ${old} --new-ckpt adapted.ckpt --config ${NEW_CONFIG} ${SMALL.join(' ')} (`,
  );
  expect(existsSync(join(folder, 'refused/checkpoints'))).toBe(false);
});

test('two sources of weights are a wrong call', () => {
  expect(regrip(NEW_CONFIG, ...SMALL, '--init', old, '--old-ckpt', old).status).toBe(2);
});

test('a map is for an old policy, and must not contradict it', () => {
  const alone = regrip(NEW_CONFIG, ...SMALL, '--init', old, '--map', 'pose=0:7');
  expect([alone.status, alone.stderr]).toEqual([2, expect.stringContaining('--map needs --old-ckpt')]);
  const wrong = regrip(NEW_CONFIG, ...SMALL, '--old-ckpt', old, '--map', 'pose=0:9', '--run-dir', 'mapped');
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('asks for old dimension 8')]);
  expect(existsSync(join(folder, 'mapped'))).toBe(false);
  const dropped = regrip(NEW_CONFIG, ...SMALL, '--old-ckpt', old, '--map', '0:6=1:7', '--run-dir', 'mapped');
  expect([dropped.status, dropped.stderr]).toEqual([
    1,
    expect.stringMatching(/regrip adapt .*--allow-drop .*--map 0:6=1:7/),
  ]);
});

test('a data set that does not fit is refused before a run folder is made', () => {
  const seven = regrip(
    NEW_CONFIG,
    'task.image_shape=[3,80,160]',
    'policy.crop_shape=[72,144]',
    '--run-dir',
    'unfit',
  );
  expect(seven.status).toBe(1);
  expect(seven.stderr).toContain('array image holds [90, 160, 3] a step, the config');
  expect(existsSync(join(folder, 'unfit'))).toBe(false);
});

test('a start that is refused after its run folder was made leaves no folder behind, and nothing of its own in one of the user', () => {
  const monitor = ['checkpoint.topk.monitor_key=no_such_value', '--run-dir'];
  const start = ['--old-ckpt', old, ...monitor];
  const answer = regrip(NEW_CONFIG, ...SMALL, ...start, 'late');
  expect(answer.status).toBe(1);
  expect(answer.stderr).toContain('no_such_value');
  expect(existsSync(join(folder, 'late'))).toBe(false);
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine/notes.txt'), 'mine');
  expect(regrip(NEW_CONFIG, ...SMALL, ...start, 'mine').status).toBe(1);
  expect(readdirSync(join(folder, 'mine'))).toEqual(['notes.txt']);
});

test("hydra.run.dir names the run's folder, as for train.py", () => {
  const answer = regrip(
    NEW_CONFIG,
    ...SMALL,
    '--init',
    old,
    `hydra.run.dir=${join(folder, 'named')}`,
    '--json',
  );
  expect(answer.status).toBe(1); // the 7-D start is refused, after the folder was chosen
  const latest = join(folder, 'named/checkpoints/latest.ckpt');
  mkdirSync(dirname(latest), { recursive: true });
  copyFileSync(old, latest);
  const second = regrip(
    NEW_CONFIG,
    ...SMALL,
    'training.resume=False',
    `hydra.run.dir=${join(folder, 'named')}`,
  );
  expect(second.stderr).toContain(`${join(folder, 'named')}: already holds a training`);
});

describe('a training whose numbers are none any more', { tags: 'engine' }, () => {
  const WILD = ['training.num_epochs=2', 'optimizer.learning_rate=1e30', 'training.resume=True'];

  test('ends as failed with exit code 1, names the step, and offers the call that goes on', async () => {
    const made = regrip(NEW_CONFIG, ...SMALL, '--old-ckpt', old, '--run-dir', 'it blew up', '--json');
    expect(made.status, made.stderr).toBe(0);
    const latest = await readFile(join(folder, 'it blew up/checkpoints/latest.ckpt'));
    const answer = regrip(NEW_CONFIG, ...SMALL, ...WILD, '--run-dir', 'it blew up', '--json');
    expect(answer.status).toBe(1);
    expect(lines(answer).at(-1)).toMatchObject({
      event: 'notFinite',
      value: { $numberDouble: expect.stringMatching(/^(NaN|Infinity)$/) },
      epoch: 1,
      learningRate: expect.any(Number),
    });
    expect(answer.stderr).toMatch(
      /error: the (validation )?loss became (NaN|Infinity) in step [23] \(epoch 1\)/,
    );
    expect(answer.stderr).toContain(
      'The last complete, finite checkpoint is it blew up/checkpoints/latest.ckpt (2 steps, 1 epoch done)',
    );
    const call = /lower learning rate: regrip finetune (.*)/.exec(answer.stderr)?.[1];
    expect(call).toContain("optimizer.learning_rate=1e+29 training.resume=True --run-dir 'it blew up'");
    expect((await readFile(join(folder, 'it blew up/checkpoints/latest.ckpt'))).equals(latest)).toBe(true);
    const record = JSON.parse(await readFile(join(folder, 'it blew up/regrip.json'), 'utf8'));
    expect(record).toMatchObject({ state: 'failed', reason: expect.stringContaining('became') });
  });

  test('as text, and without a checkpoint to go back to', () => {
    const start = ['--init', join(folder, 'run/adapted.ckpt'), '--run-dir', 'wild'];
    const answer = regrip(NEW_CONFIG, ...SMALL, ...WILD, ...start);
    expect(answer.status).toBe(1);
    expect(answer.stdout + answer.stderr).not.toMatch(/TypeError|\bnull\b|\bdone after/);
    expect(answer.stderr).toMatch(/became (NaN|Infinity) in step/);
    expect(answer.stderr).toMatch(
      /has no complete, finite checkpoint\n.*to start again with a lower learning rate: regrip finetune .*learning_rate=1e\+29 --init \S*adapted\.ckpt --run-dir wild/,
    );
  });
});
