import { describe, expect, test } from 'vitest';
import { switchesOf } from '../../../engine/judge/gripper/switches.js';
import { motionOf } from '../../../scripts/demo/episodes.js';
import { DWELL_STEPS, FINGER_STEPS, type Motion, SPEEDS, type Step } from '../../../scripts/demo/motion.js';

const motions = Array.from({ length: 40 }, (_, index) => motionOf(1, index));
const commands = (motion: Motion): number[] => motion.steps.map((step) => step.gripperCommand);
const position = (step: Step): number[] => step.action.slice(0, 3);
const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, i) => value - b[i]!));

describe('a synthetic pick-and-place motion', () => {
  test('has seven numbers a pose, the last four a unit quaternion', () => {
    for (const { pose, action } of motions.flatMap((motion) => motion.steps))
      for (const row of [pose, action]) {
        expect(row).toHaveLength(7);
        expect(Math.hypot(...row.slice(3))).toBeCloseTo(1, 12);
      }
  });

  test('closes once and opens once', () => {
    for (const motion of motions)
      expect(switchesOf(commands(motion)).map((one) => one.direction)).toEqual(['down', 'up']);
  });

  test('moves at near-constant speed or not at all', () => {
    for (const { steps } of motions) {
      const moves = steps.slice(1).map((step, i) => distance(position(steps[i]!), position(step)));
      const fastest = Math.max(...moves);
      expect(fastest).toBeLessThanOrEqual(SPEEDS[1] + 1e-9);
      // A line is cut into equal steps, so a short one is a little slower; halts are exactly zero.
      expect(moves.every((move) => move === 0 || move > fastest / 2)).toBe(true);
    }
  });

  test('switches in the step in which the arm arrives, then stands still for the dwell', () => {
    for (const { steps } of motions)
      for (const { step } of switchesOf(steps.map((one) => one.gripperCommand))) {
        const commanded = steps.map(position);
        expect(distance(commanded[step - 2]!, commanded[step - 1]!)).toBeGreaterThan(0.005);
        for (let i = 0; i < DWELL_STEPS; i++)
          expect(distance(commanded[step - 1]!, commanded[step + i]!)).toBe(0);
        expect(distance(commanded[step - 1]!, commanded[step + DWELL_STEPS]!)).toBeGreaterThan(0.005);
      }
  });

  test('takes four frames to move the fingers', () => {
    for (const { steps } of motions) {
      const [close] = switchesOf(steps.map((step) => step.gripperCommand));
      const openings = steps.slice(close!.step, close!.step + FINGER_STEPS + 1).map((step) => step.opening);
      expect(openings).toEqual([1, 0.75, 0.5, 0.25, 0]);
    }
  });

  test('also halts where nothing is grasped, so standing still says nothing', () => {
    const halting = motions.filter(({ steps }) => {
      const still = steps.filter(
        (step, i) => i > 0 && distance(position(step), position(steps[i - 1]!)) === 0,
      );
      // Two dwells, and the last step that has nowhere to go.
      return still.length > 2 * DWELL_STEPS + 1;
    });
    expect(halting.length).toBeGreaterThan(10);
    expect(halting.length).toBeLessThan(35);
  });

  test('places block and goal at varied heights', () => {
    const heights = motions.flatMap(({ scene }) => [scene.blockStand[2], scene.goalStand[2]]);
    expect(Math.max(...heights) - Math.min(...heights)).toBeGreaterThan(0.07);
  });

  test('carries the block to the goal', () => {
    for (const { steps, scene } of motions) {
      const block = steps.at(-1)!.block;
      expect(distance(block.slice(0, 2), scene.goalStand.slice(0, 2))).toBeLessThan(0.003);
      expect(steps[0]!.block.slice(0, 2)).toEqual(scene.blockStand.slice(0, 2));
    }
  });

  test('repeats for a seed and differs for another', () => {
    expect(motionOf(1, 3)).toEqual(motions[3]);
    expect(motionOf(2, 3)).not.toEqual(motions[3]);
  });
});
