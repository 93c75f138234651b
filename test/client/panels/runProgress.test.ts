/** How far a training is. */
import { describe, expect, test } from 'vitest';
import { RunProgress } from '../../../client/panels/runProgress.js';
import type { TrainEvent } from '../../../engine/wire/workerMessages.js';

const START: TrainEvent = {
  event: 'start',
  runDir: '/r',
  start: 'scratch',
  device: 'cpu',
  trainWindows: 100,
  valWindows: 10,
  stepsPerEpoch: 5,
  firstEpoch: 0,
  epochs: 4,
};
const step = (epoch: number, batch: number): TrainEvent => ({
  event: 'step',
  epoch,
  batch,
  batches: 5,
  globalStep: epoch * 5 + batch,
  loss: 1,
  stepsPerSecond: 2,
  secondsLeft: 9,
  memoryBytes: 1e9,
});
const epoch = (done: number): TrainEvent => ({
  event: 'epoch',
  epoch: done,
  epochs: 4,
  log: { global_step: done * 5 + 4 },
  stepsPerSecond: 2,
  secondsLeft: 5,
});

function progressed(...events: TrainEvent[]): RunProgress {
  const progress = new RunProgress();
  for (const event of events) progress.event(event);
  return progress;
}

describe('by its events', () => {
  test('a start is epoch 1 of all; one that goes on is as far as it was', () => {
    expect(progressed(START).view(undefined)).toMatchObject({ epoch: 1, epochs: 4, batches: 5, part: 0 });
    const resumed = progressed({ ...START, firstEpoch: 3 }).view(undefined);
    expect(resumed).toMatchObject({ epoch: 4, part: 0.75 });
    expect(progressed({ ...START, firstEpoch: 4 }).view(undefined)).toMatchObject({ epoch: 4, part: 1 });
  });

  test('a step is a part of its epoch', () => {
    const view = progressed(START, step(1, 2)).view(undefined);
    expect(view).toMatchObject({ epoch: 2, batch: 2, globalStep: 7, stepsPerSecond: 2, memoryBytes: 1e9 });
    expect(view.part).toBeCloseTo((1 + 2 / 5) / 4, 12);
  });

  test('an epoch’s end counts it whole, and the part never falls', () => {
    const progress = new RunProgress();
    const parts: number[] = [];
    const events = [0, 1, 2, 3].flatMap((each) =>
      [1, 2, 3, 4, 5].map((batch) => step(each, batch)).concat(epoch(each)),
    );
    for (const event of [START, ...events]) {
      progress.event(event);
      parts.push(progress.view(undefined).part);
    }
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(progress.view(undefined)).toMatchObject({ part: 1, epoch: 4, batch: null, globalStep: 20 });
  });

  test('a run without epochs or batches divides by nothing', () => {
    const view = progressed({ ...START, epochs: 0 }, { ...(step(0, 0) as object), batches: 0 } as TrainEvent);
    expect(Number.isFinite(view.view(undefined).part)).toBe(true);
  });

  test.each<[string, TrainEvent, string]>([
    ['features', { event: 'features', done: 1, total: 3 }, 'caching'],
    ['a step', step(0, 1), 'training'],
    ['validation', { event: 'phase', phase: 'validating' }, 'validating'],
    ['a checkpoint being written', { event: 'phase', phase: 'writing' }, 'writing'],
    ['a note', { event: 'note', message: 'm' }, 'reading'],
  ])('%s is its phase', (_, event, phase) => {
    expect(progressed(START, event).phase).toBe(phase);
  });

  test('features are counted until the first step', () => {
    const progress = progressed(START, { event: 'features', done: 1, total: 3 });
    expect(progress.view(undefined).features).toEqual({ done: 1, total: 3 });
    progress.event(step(0, 1));
    expect(progress.view(undefined).features).toBeNull();
  });
});

describe('at rest', () => {
  test('there is no speed and no time left, but what is done stays', () => {
    const progress = progressed(START, step(1, 2));
    progress.rest();
    expect(progress.view(undefined)).toMatchObject({
      epoch: 2,
      globalStep: 7,
      stepsPerSecond: null,
      secondsLeft: null,
      batch: null,
    });
  });
});

describe('by its log', () => {
  test('where no event tells, counted from 1', () => {
    expect(new RunProgress().view({ step: 41, epoch: 2 })).toMatchObject({ epoch: 3, globalStep: 42 });
    expect(new RunProgress().view({ step: 0, epoch: undefined })).toMatchObject({ epoch: 1, globalStep: 1 });
    expect(new RunProgress().view(undefined)).toMatchObject({ epoch: null, globalStep: null });
  });

  test('an event counts more', () => {
    expect(progressed(START, step(1, 2)).view({ step: 99, epoch: 9 })).toMatchObject({
      epoch: 2,
      globalStep: 7,
    });
  });
});
