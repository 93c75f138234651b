/** How much the demo does. */
import { expect, test } from 'vitest';
import { type DemoSizes, FULL, QUICK, type Training } from '../../../scripts/demo/sizes.js';

const trainings = ({ endToEnd, pose, gripper }: DemoSizes): Training[] => [endToEnd, pose, gripper];
const windows = (all: DemoSizes) =>
  trainings(all).reduce(
    (sum, { batchSize, stepsPerEpoch, epochs }) => sum + batchSize * stepsPerEpoch * epochs,
    0,
  );

test.each([
  ['full', FULL],
  ['quick', QUICK],
])('the %s one validates at the end of each training', (_, sizes) => {
  for (const { epochs, validateEvery } of trainings(sizes)) {
    const measured = Array.from({ length: epochs }, (_, epoch) => epoch).filter(
      (epoch) => epoch % validateEvery === 0,
    );
    expect(measured.length > 0 || (epochs - 1) % validateEvery === 0).toBe(true);
  }
});

test('the quick one is at least twenty times less work', () => {
  expect(windows(QUICK) * 20).toBeLessThan(windows(FULL));
  expect(QUICK.episodes).toBeLessThan(FULL.episodes);
});
