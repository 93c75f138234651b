/** The run panel's model: a real short run, logs that go back, and the warnings. */
import { describe, expect, test } from 'vitest';
import type { Banner, CurveUpdate, RunHeader, RunToPage } from '../../../client/panels/panelMessages.js';
import { MAX_RUNS, RunModel } from '../../../client/panels/runModel.js';
import { looksFromScratch } from '../../../engine/formats/run/fromScratch.js';
import { longLog, recordedEvents, recordedLog, recordedResult } from '../harness/recorded.js';

const model = (): RunModel => new RunModel({ name: 'run', runDir: '/home/user/robot/run' });

function headerOf(messages: readonly RunToPage[]): RunHeader {
  return messages.find((message) => message.type === 'runHeader')!.header;
}

function curvesOf(messages: readonly RunToPage[]): Map<string, CurveUpdate> {
  const curves = messages.find((message) => message.type === 'curves');
  return new Map(curves?.updates.map((update) => [`${update.run}/${update.key}`, update]));
}

const codes = (shown: RunModel): string[] =>
  headerOf(shown.snapshot()).banners.map(({ code }: Banner) => code);

test('a run that a process without a job trains can be stopped, until that process is gone', () => {
  const shown = model();
  shown.setState('failed', 'the engine was killed');
  shown.heldBy({ pid: 4711, runner: 'builtin', command: 'node worker.js' });
  expect(headerOf(shown.snapshot())).toMatchObject({ state: 'running', controls: ['stopNow'] });
  const [held] = headerOf(shown.snapshot()).banners;
  expect([held!.code, held!.message]).toEqual(['held', expect.stringContaining('kill -INT 4711')]);
  shown.heldBy(undefined);
  expect(headerOf(shown.snapshot())).toMatchObject({ state: 'failed', controls: ['resume'] });
  expect(codes(shown)).not.toContain('held');
});

describe('a recorded run', () => {
  test('ends with the numbers of its log', () => {
    const shown = model();
    for (const event of recordedEvents()) shown.event(event);
    shown.log(recordedLog());
    shown.finish(recordedResult());
    const last = recordedLog().at(-1)!;
    const header = headerOf(shown.snapshot());
    expect(header).toMatchObject({ state: 'done', controls: [], phase: null });
    expect(header.progress).toMatchObject({
      part: 1,
      epoch: 8,
      epochs: 8,
      globalStep: 48,
      secondsLeft: null,
    });
    expect(header.numbers.map(({ key, value }) => [key, value])).toEqual(
      [
        'val_gripper_accuracy',
        'val_gripper_f1_2',
        'val_position_error_m',
        'val_rotation_error_deg',
        'val_loss',
        'train_loss',
      ].map((key) => [key, last[key]]),
    );
    expect(header.numbers[0]!.baseline).toBe(last['hold_gripper_accuracy']);
    expect(header.notes[0]).toContain('10 tensors widened');
    const curves = curvesOf(shown.snapshot());
    const losses = recordedLog().filter((row) => row['val_loss'] === undefined);
    expect([...curves.get('0/step_loss')!.buckets.first]).toEqual(losses.map((row) => row['train_loss']));
    expect([...curves.get('0/val_loss')!.buckets.x0]).toEqual([5, 11, 17, 23, 29, 35, 41, 47]);
    expect(curves.get('0/memory_bytes')!.buckets.first[0]).toBeGreaterThan(1e8);
  });

  test('goes through its phases', () => {
    const shown = model();
    const phases: (string | null)[] = [];
    for (const event of recordedEvents()) {
      shown.event(event);
      const { phase } = headerOf(shown.changes());
      if (phase !== phases.at(-1)) phases.push(phase);
    }
    expect(phases.slice(0, 6)).toEqual([null, 'reading', 'training', 'validating', 'writing', 'training']);
  });

  test('has the same curves whether the log comes before, after or between the events', () => {
    const log = recordedLog();
    const events = recordedEvents();
    const before = model();
    before.log(log);
    for (const event of events) before.event(event);
    const between = model();
    for (const [i, event] of events.entries()) {
      between.event(event);
      between.log(
        log.slice(
          Math.floor((i * log.length) / events.length),
          Math.floor(((i + 1) * log.length) / events.length),
        ),
      );
    }
    expect(curvesOf(between.snapshot())).toEqual(curvesOf(before.snapshot()));
  });

  test('tells only what is new', () => {
    const shown = model();
    const log = recordedLog();
    shown.log(log.slice(0, 20));
    shown.snapshot();
    shown.log(log.slice(20, 22));
    const update = curvesOf(shown.changes()).get('0/step_loss')!;
    expect(update.from).toBe(17);
    expect([...update.buckets.x0]).toEqual([20, 21]);
    expect(curvesOf(shown.changes()).size).toBe(0);
  });
});

describe('a log', () => {
  test('that goes back replaces what was logged before', () => {
    const shown = model();
    const row = (step: number, loss: number) => ({ train_loss: loss, global_step: step, epoch: 0, lr: 1e-4 });
    shown.log([row(0, 1), row(1, 2), row(2, 3), row(3, 4)]);
    shown.snapshot();
    shown.log([row(2, 30), row(3, 40), row(4, 50)]);
    const told = curvesOf(shown.changes()).get('0/step_loss')!;
    expect(told.from).toBe(2);
    expect([...told.buckets.first]).toEqual([30, 40, 50]);
  });

  test('of upstream whose epoch ends without a word of its own still gives its mean', () => {
    const shown = model();
    shown.log([
      { train_loss: 1, global_step: 0, epoch: 0, lr: 1 },
      { train_loss: 0.5, global_step: 1, epoch: 0, lr: 1 },
      { train_loss: 0.4, global_step: 2, epoch: 1, lr: 1 },
    ]);
    const mean = curvesOf(shown.snapshot()).get('0/train_loss')!;
    expect([[...mean.buckets.x0], [...mean.buckets.first]]).toEqual([[1], [0.5]]);
  });

  test('with more keys than any trainer has does not grow without end', () => {
    const shown = model();
    shown.log(Array.from({ length: 500 }, (_, i) => ({ global_step: i, [`key_${i}`]: 1 })));
    expect(curvesOf(shown.snapshot()).size).toBe(48);
  });

  test('of 100,000 steps is told in at most 2,048 buckets a curve, and zoomed step by step', () => {
    const shown = model();
    shown.log(longLog(100_000, 1000));
    for (const { buckets } of curvesOf(shown.snapshot()).values())
      expect(buckets.x0.length).toBeLessThanOrEqual(2048);
    shown.zoom([50_000, 50_100]);
    const near = curvesOf(shown.changes()).get('0/step_loss')!.buckets;
    expect([...near.x0].filter((x) => x >= 50_000 && x <= 50_100)).toHaveLength(101);
    shown.zoom(undefined);
    expect(curvesOf(shown.changes()).get('0/step_loss')!.buckets.x0[0]).toBe(0);
  });
});

describe('several runs', () => {
  test('share the charts, and go again', () => {
    const shown = model();
    shown.log(recordedLog());
    const id = shown.addRun('other')!;
    shown.log(longLog(30, 10), id);
    expect(headerOf(shown.snapshot()).runs).toEqual([
      { id: 0, name: 'run' },
      { id, name: 'other' },
    ]);
    expect(curvesOf(shown.snapshot()).get(`${id}/val_loss`)!.buckets.x0.length).toBe(3);
    shown.removeRun(id);
    const told = shown.changes();
    expect(told.find((message) => message.type === 'curves')!.reset).toBe(true);
    expect([...curvesOf(told).keys()].every((key) => key.startsWith('0/'))).toBe(true);
  });

  test('are at most as many as can be told apart; its own run stays', () => {
    const shown = model();
    const ids = Array.from({ length: MAX_RUNS }, (_, i) => shown.addRun(`run ${i}`));
    expect(ids.filter((id) => id === undefined)).toHaveLength(1);
    shown.removeRun(0);
    expect(headerOf(shown.snapshot()).runs[0]!.id).toBe(0);
  });
});

describe('a run that began from scratch although weights were promised', () => {
  const promise = { from: '/home/user/robot/epoch=0550.ckpt', strategy: 'transplant' };

  test('is a warning that names the losses and the checkpoint', () => {
    const shown = model();
    shown.promiseWeights(promise);
    shown.log(longLog(200, 50, 1.05));
    const [found] = headerOf(shown.snapshot()).banners;
    expect(found).toMatchObject({ severity: 'warning', code: 'started-from-scratch' });
    expect(found!.message).toMatch(/first losses \d\.\d\d, .*epoch=0550\.ckpt/);
  });

  test.each([
    ['inherited weights', longLog(200, 50, 0.28)],
    ['too few steps', longLog(4, 50, 1.05)],
    ['a log that begins later', longLog(400, 50, 1.05).slice(100)],
  ])('is not a warning with %s', (_name, log) => {
    const shown = model();
    shown.promiseWeights(promise);
    shown.log(log);
    expect(codes(shown)).toEqual([]);
  });

  test('is only a note where the action layers were to be drawn anew, or nothing was promised', () => {
    const fresh = model();
    fresh.promiseWeights({ ...promise, strategy: 'reinit' });
    fresh.log(longLog(200, 50, 1.02));
    expect(codes(fresh)).toEqual(['action-layers-fresh']);
    const scratch = model();
    const start = recordedEvents().find((event) => event.event === 'start')!;
    scratch.event({ ...start, start: 'scratch', from: undefined });
    scratch.log(longLog(200, 50, 1.05));
    expect(codes(scratch)).toEqual(['scratch']);
  });

  test('is told by the start event alone', () => {
    const shown = model();
    for (const event of recordedEvents().slice(0, 2)) shown.event(event);
    shown.log(longLog(200, 50, 1.05));
    expect(codes(shown)).toEqual(['started-from-scratch']);
  });

  // The first losses that were measured: scratch 1.07, action layers fresh 1.02, rows and columns kept 0.28, a converged policy 0.04.
  test.each([
    [1.07, true],
    [1.02, true],
    [0.279, false],
    [0.039, false],
    [3.2, false],
  ])('a median of %f says %s', (loss, expected) => {
    expect(looksFromScratch([loss * 1.2, loss, loss * 0.8, loss, loss])).toBe(expected);
  });
});

describe('what went wrong', () => {
  test('a loss that is not finite is an error with its step, until the log goes back behind it', () => {
    const shown = model();
    const row = (step: number, loss: number) => ({ train_loss: loss, global_step: step, epoch: 0, lr: 1e-4 });
    shown.log([row(0, 0.2), row(1, Number.NaN), row(2, Number.POSITIVE_INFINITY)]);
    expect(headerOf(shown.snapshot()).banners[0]!.message).toMatch(
      /^2 losses from step 1 on are NaN or infinite/,
    );
    shown.log([row(1, 0.2)]);
    expect(codes(shown)).toEqual([]);
  });

  test('a failed run says why and can be resumed', () => {
    const shown = model();
    shown.setState('failed', 'the worker process ended with signal SIGKILL');
    const header = headerOf(shown.snapshot());
    expect(header.controls).toEqual(['resume']);
    expect(header.banners).toEqual([
      { severity: 'error', code: 'failed', message: 'the worker process ended with signal SIGKILL' },
    ]);
  });
});
