/** Which curves share a chart, and in which order the charts stand. */
import { describe, expect, test } from 'vitest';
import { runCharts } from '../../../../client/webview/run/chartSpecs.js';
import { METRICS } from '../../../../engine/formats/run/metrics.js';

const charts = (...keys: string[]) => runCharts(new Set(keys));
const known = charts();

describe('known charts', () => {
  test('each has an id of its own, and stands at its place', () => {
    expect(new Set(known.map(({ id }) => id)).size).toBe(known.length);
    expect(known.map(({ order }) => order)).toEqual(known.map((_, k) => k));
  });

  test('no curve is drawn twice', () => {
    const keys = known.flatMap(({ curves }) => curves.map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('each metric that is scored is drawn', () => {
    const drawn = new Set(known.flatMap(({ curves }) => curves.map(({ key }) => key)));
    const scored = METRICS.filter(({ better }) => better !== undefined).map(({ key }) => key);
    expect(scored.filter((key) => !drawn.has(key))).toEqual([]);
  });

  test('a scaled metric is shown in the unit of its title', () => {
    const position = known.find(({ id }) => id === 'val_position_error_m')!;
    expect([position.title, position.curves[0]!.scale]).toEqual([expect.stringMatching(/mm$/), 1000]);
    expect(position.shown!(12.34)).toBe('12.3');
  });

  test('losses share one, on a logarithmic axis', () => {
    const [loss] = known;
    expect(loss!.curves.map(({ key }) => key)).toEqual(['step_loss', 'train_loss', 'val_loss']);
    expect(loss!.look.log).toBe(true);
  });
});

describe('other values of a log', () => {
  test('have a chart each behind the known ones, by their names', () => {
    const others = charts('val_loss', 'grad_norm', 'my_metric').slice(known.length);
    expect(others.map(({ title, order, id }) => [title, order - known.length, id])).toEqual([
      ['grad_norm', 0, undefined],
      ['my_metric', 1, undefined],
    ]);
  });

  test('are twelve at most', () => {
    expect(charts(...Array.from({ length: 40 }, (_, k) => `k${k}`))).toHaveLength(known.length + 12);
  });
});

test('a learning rate of zero is a zero, others have an exponent', () => {
  const { tick } = known.find(({ id }) => id === 'lr')!.look;
  expect([tick!(0), tick!(0.0001)]).toEqual(['0', '1.0e−4']);
});
