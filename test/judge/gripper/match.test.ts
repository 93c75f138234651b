import { expect, test } from 'vitest';
import { scoreGripper } from '../../../engine/judge/gripper/accuracy.js';
import { switchOffsets } from '../../../engine/judge/gripper/match.js';

const up = (...steps: number[]) => steps.map((step) => ({ step, direction: 'up' as const }));
const down = (...steps: number[]) => steps.map((step) => ({ step, direction: 'down' as const }));

test('chatter before a switch that is on time does not make it early', () => {
  expect(switchOffsets(up(3, 10), up(10), 8)).toEqual([0]);
});

test('as many pairs as possible come first, then near ones', () => {
  // Taking 10 with 11 would leave 18 and 3 without partners.
  expect(switchOffsets(up(10, 18), up(3, 11), 8)).toEqual([7, 7]);
  expect(switchOffsets(up(10, 19), up(3, 11), 8)).toEqual([7, 8]);
  expect(switchOffsets(up(10, 20), up(3, 11), 8)).toEqual([-1]);
});

test('directions are matched apart, and nothing beyond the reach', () => {
  expect(switchOffsets([...up(5), ...down(9)], [...down(5), ...up(9)], 8)).toEqual([-4, 4]);
  expect(switchOffsets(up(5), up(14), 8)).toEqual([]);
});

/** One track that starts low and changes at these steps. */
const track = (...steps: number[]) =>
  Array.from({ length: 60 }, (_, step) => steps.filter((one) => one <= step).length % 2);

test('early and late switches, the median of both, and what has no partner', () => {
  const score = scoreGripper([{ demonstrated: track(10, 20, 30, 50), predicted: track(9, 23, 35) }]);
  expect(score).toMatchObject({ early: 1, late: 2, missed: 1, spurious: 0, latencySteps: 3 });
  const even = scoreGripper([{ demonstrated: track(10, 20), predicted: track(9, 22, 40, 42) }]);
  expect(even).toMatchObject({ early: 1, late: 1, missed: 0, spurious: 2, latencySteps: 0.5 });
});
