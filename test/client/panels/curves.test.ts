/** The curves of one run, made from the rows of its log. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RunCurves } from '../../../client/panels/curves.js';
import type { LogLine } from '../../../engine/formats/run/trainLog.js';
import { propertyRuns } from '../../propertyRuns.js';

const row = (step: number, loss: number, more: LogLine = {}): LogLine => ({
  train_loss: loss,
  global_step: step,
  epoch: Math.floor(step / 10),
  lr: 1e-4,
  ...more,
});
function made(...rows: LogLine[]): RunCurves {
  const curves = new RunCurves();
  for (const each of rows) curves.add(each);
  return curves;
}
/** The points of a curve as a page has them. */
function points(curves: RunCurves, key: string): [number, number][] {
  const { buckets } = curves.updates(0, true).find((update) => update.key === key)!;
  return [...buckets.x0].map((x, i) => [x, buckets.mean[i]!]);
}

describe('rows', () => {
  test('of a step are its loss; one that says more ends an epoch, and its loss is the epoch’s mean', () => {
    const curves = new RunCurves();
    expect([row(0, 1), row(1, 0.8), row(2, 0.9, { val_loss: 0.5 })].map((each) => curves.add(each))).toEqual([
      false,
      false,
      true,
    ]);
    expect(points(curves, 'step_loss')).toEqual([
      [0, 1],
      [1, 0.8],
    ]);
    expect(points(curves, 'train_loss')).toEqual([[2, 0.9]]);
    expect(points(curves, 'val_loss')).toEqual([[2, 0.5]]);
  });

  test('that are logged again take the place of all behind them', () => {
    const curves = made(row(0, 1), row(1, 2), row(2, 3), row(1, 9));
    expect(points(curves, 'step_loss')).toEqual([
      [0, 1],
      [1, 9],
    ]);
    expect([curves.redone, curves.last]).toEqual([1, { step: 1, epoch: 0 }]);
  });

  test('without a step are counted, and nothing else', () => {
    const curves = made({ train_loss: 1 }, row(Number.NaN, 1));
    expect([curves.unreadable, curves.last, curves.curves.size]).toEqual([2, undefined, 0]);
  });

  test('whose loss is not finite are counted until the log goes back behind the first', () => {
    const curves = made(row(0, 1), row(1, Number.NaN), row(2, Number.POSITIVE_INFINITY));
    expect([curves.notFinite, curves.firstNotFinite]).toEqual([2, 1]);
    curves.add(row(2, 1));
    expect([curves.notFinite, curves.firstNotFinite]).toEqual([2, 1]);
    curves.add(row(1, 1));
    expect([curves.notFinite, curves.firstNotFinite]).toEqual([0, undefined]);
  });
});

describe('an event', () => {
  test('is drawn until the log brings the row', () => {
    const curves = made(row(0, 1));
    curves.preview(row(1, 0.7));
    expect(points(curves, 'step_loss')).toEqual([
      [0, 1],
      [1, 0.7],
    ]);
    curves.add(row(1, 0.6));
    expect(points(curves, 'step_loss')).toEqual([
      [0, 1],
      [1, 0.6],
    ]);
  });

  test('that is behind the log is not drawn', () => {
    const curves = made(row(0, 1), row(5, 2));
    curves.preview(row(3, 9));
    expect(points(curves, 'step_loss')).toEqual([
      [0, 1],
      [5, 2],
    ]);
  });
});

test('the first losses begin at step 0, in order of their steps', () => {
  const rows = Array.from({ length: 60 }, (_, step) => row(step, step / 100));
  const { length } = made(...rows).firstLosses();
  expect(made(...rows).firstLosses()).toEqual(Array.from({ length }, (_, k) => k / 100));
  expect(length).toBeGreaterThan(2);
  expect(made(row(5000, 1), row(5001, 1)).firstLosses()).toEqual([]);
});

test('the last and the best finite value of a curve', () => {
  const curves = made(...[0.5, Number.NaN, 0.2, 0.9].map((val_loss, step) => row(step, 1, { val_loss })));
  expect([
    curves.lastOf('val_loss'),
    curves.bestOf('val_loss', 'low'),
    curves.bestOf('val_loss', 'high'),
  ]).toEqual([0.9, 0.2, 0.9]);
  expect([curves.lastOf('none'), curves.bestOf('none', 'low')]).toEqual([undefined, undefined]);
});

describe('what a page is told', () => {
  test('is told once', () => {
    const curves = made(row(0, 1), row(1, 2));
    expect(curves.updates(3, false).map(({ run, from }) => [run, from])).toEqual([
      [3, 0],
      [3, 0],
    ]);
    expect(curves.updates(3, false)).toEqual([]);
    curves.add(row(2, 3));
    const [update] = curves.updates(3, false);
    expect([update!.from, [...update!.buckets.x0]]).toEqual([2, [2]]);
  });

  test('a part is told with a point on each side, as finely as it is there', () => {
    const curves = made(...Array.from({ length: 100 }, (_, step) => row(step, step)));
    const [loss] = curves.zoomed(0, [10, 20]).filter(({ key }) => key === 'step_loss');
    expect([...loss!.buckets.x0]).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  });

  test('however the log goes on and back, the pieces add up to the whole', () => {
    const script = fc.array(fc.record({ back: fc.nat(5), rows: fc.nat(40) }), { maxLength: 12 });
    fc.assert(
      fc.property(script, (parts) => {
        const curves = new RunCurves();
        let step = 0;
        let page: number[] = [];
        for (const { back, rows } of parts) {
          step = Math.max(0, step - back);
          for (let k = 0; k < rows; k++) curves.add(row(step, step++, { epoch: 0 }));
          for (const { key, from, buckets } of curves.updates(0, false))
            if (key === 'step_loss') page = [...page.slice(0, from), ...buckets.x0];
        }
        const whole = curves.updates(0, true).find(({ key }) => key === 'step_loss');
        expect(page).toEqual(whole === undefined ? [] : [...whole.buckets.x0]);
      }),
      { numRuns: propertyRuns(0.2) },
    );
  });
});
