import { expect, test } from 'vitest';
import { METRICS, otherMetric, shownValue } from '../../../engine/formats/run/metrics.js';

const metric = (key: string) => METRICS.find((each) => each.key === key)!;

test.each([
  ['train_loss', 0.0123456, '0.01235'],
  ['val_position_error_m', 0.01234, '12.3 mm'],
  ['val_rotation_error_deg', 1.005, '1.00°'],
  ['val_gripper_accuracy', 1, '1.000'],
  ['val_gripper_latency_steps', -0.5, '−0.50 steps'], // a minus, not a hyphen
  ['val_loss', Number.NaN, 'NaN'],
  ['val_loss', Number.POSITIVE_INFINITY, 'Infinity'],
])('%s of %d is shown as %s', (key, value, text) => expect(shownValue(value, metric(key))).toBe(text));

test('no key is described twice, and each baseline is of another key', () => {
  const keys = METRICS.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { baseline } of METRICS) if (baseline !== undefined) expect(keys).not.toContain(baseline);
});

test('a value that is known by its name alone has four digits and no direction', () => {
  expect(otherMetric('test_mean_score')).toMatchObject({ title: 'test_mean_score', better: undefined });
  expect(shownValue(0.123456, otherMetric('x'))).toBe('0.1235');
});
