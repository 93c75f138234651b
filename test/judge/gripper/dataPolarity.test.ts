/** Whether command and state mean the same by high and low, a step apart and within an episode. */
import { expect, test } from 'vitest';
import { polarityOf } from '../../../engine/judge/gripper/dataPolarity.js';
import { rangesOf } from '../../../engine/judge/gripper/dataRanges.js';
import { memoryDataSet } from '../../formats/memoryDataSet.js';

/** A gripper command and state by step; poses are zeros. */
async function judged(
  command: readonly number[],
  state: readonly number[],
  ends = [command.length],
  width = 8,
) {
  const action = new Float32Array(command.length * width);
  for (const [step, value] of command.entries()) action[step * width + width - 1] = value;
  const data = memoryDataSet(
    {
      action: { shape: [command.length, width], values: action },
      robot_gripper_state: { shape: [state.length, 1], values: Float32Array.from(state) },
    },
    ends,
  );
  const ranges = new Map([
    ['action', await rangesOf(data, 'action', width, undefined, undefined)],
    ['robot_gripper_state', await rangesOf(data, 'robot_gripper_state', 1, undefined, undefined)],
  ]);
  return polarityOf(data, ranges, undefined);
}
const command = Array.from({ length: 40 }, (_, step) => (step % 10 < 5 ? 1 : 0));
const later = [1, ...command.slice(0, -1)];

test('a state that follows a step later agrees; its own range counts', async () => {
  expect(await judged(command, later)).toEqual({ verdict: 'agree', compared: 39, agreed: 39 });
  expect(
    await judged(
      command,
      later.map((value) => 0.02 + 0.06 * value),
    ),
  ).toMatchObject({ verdict: 'agree' });
});

test('the other way round', async () => {
  expect(
    await judged(
      command,
      later.map((value) => 1 - value),
    ),
  ).toEqual({
    verdict: 'opposite',
    compared: 39,
    agreed: 0,
  });
});

test('the step from one episode to the next is not compared', async () => {
  expect(await judged(command, later, [10, 20, 30, 40])).toMatchObject({ compared: 36 });
  expect(
    await judged(
      command,
      later,
      Array.from({ length: 40 }, (_, k) => k + 1),
    ),
  ).toEqual({
    verdict: 'undecided',
    compared: 0,
    agreed: 0,
  });
});

test('four of five steps are enough, a little less is not; fewer than ten prove nothing', async () => {
  const half = later.map((value, step) => (step % 4 === 0 ? 1 - value : value));
  expect(await judged(command, half)).toMatchObject({ verdict: 'undecided', compared: 39 });
  const most = later.map((value, step) => (step % 5 === 1 ? 1 - value : value));
  expect(await judged(command, most)).toMatchObject({ verdict: 'undecided' });
  const more = later.map((value, step) => (step % 6 === 1 ? 1 - value : value));
  expect(await judged(command, more)).toMatchObject({ verdict: 'agree' });
  expect(await judged(command.slice(0, 10), later.slice(0, 10))).toMatchObject({
    verdict: 'undecided',
    compared: 9,
  });
});

test('values between both sides are on none, and a gripper that never moves has no sides', async () => {
  expect(
    await judged(
      command.map((value, step) => (step % 2 ? 0.5 : value)),
      later,
    ),
  ).toMatchObject({ compared: 20 });
  expect(
    await judged(
      command.map(() => 1),
      later,
    ),
  ).toEqual({ verdict: 'undecided', compared: 0, agreed: 0 });
});

test('poses alone have no polarity, nor has a command without a state', async () => {
  expect(await judged(command, later, [40], 7)).toBeNull();
  const data = memoryDataSet({ action: { shape: [1, 8], values: new Float32Array(8) } }, [1]);
  const ranges = new Map([['action', await rangesOf(data, 'action', 8, undefined, undefined)]]);
  expect(await polarityOf(data, ranges, undefined)).toBeNull();
});
