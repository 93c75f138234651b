/** A gripper that cannot be learned from, in words. */
import { expect, test } from 'vitest';
import type { DataSetFacts } from '../../../engine/judge/gripper/dataFacts.js';
import { gripperProblem } from '../../../engine/judge/gripper/dataProblems.js';

const facts = (last: object, polarity: DataSetFacts['polarity'] = null): DataSetFacts => ({
  steps: 40,
  episodeLengths: [40],
  ranges: {},
  unread: [],
  lastAction: { column: 7, min: 0, max: 1, notFinite: 0, uniqueValues: 2, isCountExact: true, ...last },
  polarity,
});

test('nothing where it switches, where actions are poses, and where they were not read', () => {
  expect(gripperProblem(facts({}), 'd')).toBeUndefined();
  expect(gripperProblem(facts({ column: 6, min: 1 }), 'd')).toBeUndefined();
  expect(gripperProblem({ ...facts({}), lastAction: null }, 'd')).toBeUndefined();
  expect(gripperProblem(facts({}, { verdict: 'agree', compared: 30, agreed: 30 }), 'd')).toBeUndefined();
});

test('one that never moves; without a finite value nothing is known', () => {
  expect(gripperProblem(facts({ min: 1 }), 'd.zarr')).toEqual({
    code: 'gripper-constant',
    message: expect.stringMatching(
      /^The gripper command is 1 at every step of d\.zarr: the policy can only learn to hold that value\./,
    ),
  });
  expect(gripperProblem(facts({ min: null, max: null }), 'd')).toBeUndefined();
});

test('the gripper stands behind the pose, however wide its rotation is', () => {
  expect(gripperProblem(facts({ column: 9, min: 1, poseWidth: 9 }), 'd')?.code).toBe('gripper-constant');
  expect(gripperProblem(facts({ column: 6, min: 1, poseWidth: 6 }), 'd')?.code).toBe('gripper-constant');
  expect(gripperProblem(facts({ column: 8, min: 1, poseWidth: 9 }), 'd')).toBeUndefined();
});

test('one whose command contradicts its state: how often, what follows, what to do', () => {
  const problem = gripperProblem(facts({}, { verdict: 'opposite', compared: 30, agreed: 3 }), 'd.zarr');
  expect(problem?.code).toBe('gripper-polarity');
  expect(problem?.message).toMatch(
    /^At 27 of 30 steps of d\.zarr .* contradicts the state it sees\. Invert one of them/,
  );
});
