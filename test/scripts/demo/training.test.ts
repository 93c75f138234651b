/** What the demo keeps of a training, epoch by epoch. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Terminal } from '../../../scripts/demo/terminal.js';
import { finetune, measureStart } from '../../../scripts/demo/training.js';

let folder: string;
let calls: (readonly string[])[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-training-'));
  calls = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A terminal whose command tells these events. */
function telling(...events: unknown[]): Terminal {
  return {
    folder,
    progress: { show: () => undefined },
    say: () => undefined,
    regripEvents: async (args: readonly string[], onLine: (value: unknown) => void) => {
      calls.push(args);
      for (const event of events) onLine(event);
    },
  } as unknown as Terminal;
}
const training = { batchSize: 4, stepsPerEpoch: 5, epochs: 2, validateEvery: 1, learningRate: 1e-3 };
const CALL = { config: 'a.yaml', overrides: ['x=1'], training, runDir: 'run' };
const start = {
  ...{ event: 'start', runDir: 'run', start: 'scratch', device: 'cpu', trainWindows: 9, valWindows: 1 },
  ...{ stepsPerEpoch: 5, firstEpoch: 0, epochs: 2 },
};
const epoch = (number: number, log: object) => ({
  ...{ event: 'epoch', epoch: number, epochs: 2, stepsPerSecond: 1, secondsLeft: 0 },
  log: { train_loss: 1, global_step: 5 * number + 4, epoch: number, lr: 0.1, ...log },
});
const scores = { val_gripper_accuracy: 0.9, val_gripper_f1_1: 0.5, hold_gripper_accuracy: 0.8 };

test('each validated epoch, by the steps before it; a missing F1 is none hit', async () => {
  const terminal = telling(
    start,
    epoch(0, {}),
    epoch(1, { val_position_error_m: 0.02, ...scores }),
    'a remark',
  );
  expect(await finetune(terminal, CALL)).toMatchObject([
    {
      step: 10,
      positionError: 0.02,
      gripper: { accuracy: 0.9, f1Within1: 0.5, f1Within2: 0 },
      hold: { accuracy: 0.8, f1Within1: 0 },
    },
  ]);
});

test('the call has the sizes as overrides behind the caller’s own', async () => {
  await finetune(telling(), { ...CALL, init: 'old.ckpt' });
  const [args] = calls;
  expect(args!.slice(0, 3)).toEqual(['finetune', 'a.yaml', 'x=1']);
  expect(args).toEqual(
    expect.arrayContaining(['dataloader.batch_size=4', 'training.num_epochs=2', 'regrip.noise_samples=1']),
  );
  expect(args!.slice(-4)).toEqual(['--run-dir', 'run', '--init', 'old.ckpt']);
});

test('a run folder of an earlier try goes; features of another run are taken over', async () => {
  for (const name of ['run', 'other']) mkdirSync(join(folder, name));
  for (const name of ['run/stale', 'other/features-1', 'other/logs.json.txt'])
    writeFileSync(join(folder, name), '');
  await finetune(telling(), { ...CALL, featuresFrom: 'other' });
  expect(
    ['stale', 'features-1', 'logs.json.txt'].map((name) => existsSync(join(folder, 'run', name))),
  ).toEqual([false, true, false]);
});

test('what a checkpoint is worth before any step: nothing is learnt, and no checkpoint stays', async () => {
  const terminal = telling(start, epoch(0, { val_position_error_m: 0.1 }));
  expect(await measureStart(terminal, CALL)).toMatchObject({ step: 0, seconds: 0, positionError: 0.1 });
  expect(calls[0]).toEqual(expect.arrayContaining(['optimizer.learning_rate=0', 'training.num_epochs=1']));
});
