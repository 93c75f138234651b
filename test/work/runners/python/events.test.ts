import { expect, test } from 'vitest';
import type { TrainEvent } from '../../../../engine/wire/workerMessages.js';
import { PythonEvents } from '../../../../engine/work/runners/python/events.js';
import { ScratchGuard } from '../../../../engine/work/runners/python/guard.js';

function hearing(plan: { firstEpoch?: number; epochs?: number; stepsPerEpoch?: number | undefined } = {}) {
  const told: TrainEvent[] = [];
  const events = new PythonEvents(
    { firstEpoch: 0, epochs: 3, stepsPerEpoch: 3, ...plan },
    (event) => told.push(event),
    () => 1000,
  );
  const epochs = () => told.flatMap((event) => (event.event === 'epoch' ? [event.log] : []));
  return { events, told, epochs };
}
const row = (epoch: number, global_step: number, more: Record<string, number> = {}) => ({
  ...{ train_loss: 0.1, global_step, epoch, lr: 1e-4 },
  ...more,
});

test("an epoch ends with the row that says what was measured; that row is the epoch's", () => {
  const { events, told, epochs } = hearing();
  events.rows([row(0, 0), row(0, 1), row(0, 2, { val_loss: 0.2 }), row(1, 3)]);
  expect(told[0]).toMatchObject({
    event: 'step',
    epoch: 0,
    batch: 3,
    batches: 3,
    globalStep: 3,
    memoryBytes: 1000,
  });
  expect(epochs()).toEqual([row(0, 2, { val_loss: 0.2 })]);
  expect(events).toMatchObject({ epochsDone: 1, globalStep: 4, steps: 4, isComplete: false });
  expect(events.firstLosses).toEqual([0.1, 0.1, 0.1]); // the mean of an epoch is not a step's loss
});

test('an epoch in which nothing was measured ends with the next one, or with train.py', () => {
  const { events, epochs } = hearing({ epochs: 2 });
  events.rows([row(0, 0), row(0, 1), row(1, 2)]);
  expect(epochs()).toEqual([row(0, 1)]);
  events.finish();
  events.finish();
  expect(epochs()).toEqual([row(0, 1), row(1, 2)]);
  expect(events.isComplete).toBe(true);
});

test('with max_train_steps the last step is logged twice and counts once', () => {
  const { events, epochs } = hearing();
  events.rows([row(0, 0), row(0, 1), row(0, 1), row(1, 3)]);
  expect(events.steps).toBe(3);
  expect(epochs()).toHaveLength(1);
});

test('epochs beyond the last are none of the run, and rows without a step are none', () => {
  const { events, epochs } = hearing({ epochs: 1, firstEpoch: 0 });
  events.rows([{ note: 1 }, row(0, 0), row(1, 1), row(1, 2, { val_loss: 1 })]);
  events.finish();
  expect(epochs()).toHaveLength(1);
  expect(events).toMatchObject({ epochsDone: 1, globalStep: 1, steps: 1 });
});

test('an epoch that is longer than the headers told corrects the count', () => {
  const { events, told } = hearing({ stepsPerEpoch: 1 });
  events.rows([row(0, 0), row(0, 1, { val_loss: 1 })]);
  expect(told.find((event) => event.event === 'step')).toMatchObject({ batch: 2, batches: 2 });
});

const start = { checkpoint: '/run/checkpoints/latest.ckpt', script: 'train.py', mustBeginLow: true };
const LOW = [0.1, 0.1, 0.1, 0.1, 0.1];
const HIGH = [1.02, 0.98, 1.05, 1.01, 0.99];

test('a start that says nothing of a resume is warned of, once', () => {
  const guard = new ScratchGuard(start);
  expect(guard.judge([])).toEqual([]);
  expect(guard.judge([0.1])).toEqual([expect.stringContaining('probably NOT loaded')]);
  expect(guard.judge([0.1, 0.1])).toEqual([]);
  expect(guard.judge(LOW)).toEqual([expect.stringContaining('seem to have been loaded after all')]);
  expect(guard.judge(LOW)).toEqual([]);
});

test('one that says it and begins low is not; one that begins near 1 is, once', () => {
  const guard = new ScratchGuard(start);
  guard.line('Resuming from checkpoint /run/checkpoints/latest.ckpt');
  expect(guard.judge(LOW)).toEqual([]);
  const other = new ScratchGuard(start);
  other.line('Resuming from checkpoint /run/checkpoints/latest.ckpt');
  expect(other.judge(HIGH)).toEqual([expect.stringContaining('first losses are 1.02, 0.98')]);
  expect(other.judge(HIGH)).toEqual([]);
});

test('action layers that were drawn anew begin near 1', () => {
  const guard = new ScratchGuard({ ...start, mustBeginLow: false });
  guard.line('Resuming from checkpoint x');
  expect(guard.judge(HIGH)).toEqual([]);
});

test('where nobody counted the steps, the first whole epoch does', () => {
  const { events, told } = hearing({ stepsPerEpoch: undefined });
  const left = () => told.flatMap((event) => (event.event === 'epoch' ? [event.secondsLeft] : []));
  events.rows([row(0, 0), row(0, 1), row(0, 2, { val_loss: 0.2 })]);
  expect(told[0]).toMatchObject({ event: 'step', batch: 3, batches: 3 });
  events.rows([row(1, 3), row(1, 4), row(1, 5, { val_loss: 0.2 })]);
  expect(left()).toHaveLength(2);
  expect(left()[1]).toBeGreaterThanOrEqual(0);
});
