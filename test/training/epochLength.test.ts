/** Batches of an epoch. */
import { expect, test } from 'vitest';
import type { Window } from '../../engine/judge/windows/windows.js';
import { batchesPerEpoch, loaderLength } from '../../engine/training/epochLength.js';

const run = (windows: number, change: object = {}) => ({
  trainWindows: Array<Window>(windows),
  options: { batchSize: 4, dropLast: false, maxTrainSteps: undefined, ...change },
});

test.each([
  [8, {}, 2],
  [9, {}, 3],
  [9, { dropLast: true }, 2],
  [3, {}, 1],
  [3, { dropLast: true }, 0],
  [0, {}, 0],
])('%i windows in batches of four, %j', (windows, change, batches) => {
  expect(loaderLength(run(windows, change))).toBe(batches);
});

test('a limit on the steps cuts the epoch, not the loader', () => {
  expect(batchesPerEpoch(run(40, { maxTrainSteps: 3 }))).toBe(3);
  expect(loaderLength(run(40, { maxTrainSteps: 3 }))).toBe(10);
  expect(batchesPerEpoch(run(9, { maxTrainSteps: 30 }))).toBe(3);
  expect(batchesPerEpoch(run(9))).toBe(3);
});
