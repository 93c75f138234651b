// @module-tag engine
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { LogLine } from '../../../engine/formats/run/trainLog.js';
import { openBuiltin } from '../../../engine/tensors/engine.js';
import { evaluateJob } from '../../../engine/training/measure/evaluate.js';
import type { EvaluateResult } from '../../../engine/wire/evaluateResult.js';
import type { MeasureEvent } from '../../../engine/wire/workerMessages.js';
import { preparePolicy } from '../../../engine/work/measure/request.js';
import { DATA_SET } from '../../adapt/fixtures.js';
import { smallRun, trainingConfig } from '../loop/smallRun.js';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** The last validation of a training, and an evaluation of the checkpoint that it wrote right after. */
let log: LogLine;
let found: EvaluateResult;
const events: MeasureEvent[] = [];
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-evaluated-'));
  const config = trainingConfig({ training: { num_epochs: 1, max_val_steps: null } });
  const run = await smallRun(folder, config, { kind: 'scratch' });
  log = run.log.at(-1)!;
  const { job } = await preparePolicy({
    checkpoint: join(folder, 'checkpoints/latest.ckpt'),
    overrides: [],
    data: DATA_SET,
    sampler: 'ddim',
    cwd: folder,
    env: {},
  });
  found = await evaluateJob({ ...job, episodes: [0] }, (event) => events.push(event), openBuiltin);
});
afterAll(() => rm(folder, { recursive: true }));

test("a finished run's checkpoint measures what the run logged", () => {
  expect(found.valLoss).toBe(log['val_loss']);
  expect(found.position.norm.mean).toBe(log['val_position_error_m']);
  expect(found.rotation.mean).toBe(log['val_rotation_error_deg']);
  expect(found.gripper?.accuracy).toBe(log['val_gripper_accuracy']);
  expect(found.gripper?.hold.accuracy).toBe(log['hold_gripper_accuracy']);
});

test('progress is told for both parts', () => {
  const measured = events.filter((event) => event.event === 'measured');
  expect(measured.map(({ what, done, total }) => `${what} ${done}/${total}`)).toEqual([
    'validation loss 1/3',
    'validation loss 2/3',
    'validation loss 3/3',
    'sampled actions 3/3',
  ]);
});

test('actions that were asked for are compared over the whole horizon, pose apart', () => {
  expect(found.poseMse).toBeGreaterThan(0);
  expect(found.actionMse).not.toBe(found.poseMse);
});
