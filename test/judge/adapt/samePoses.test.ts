/** Poses of which only one side says how it writes rotations: both get names. */
import { describe, expect, test } from 'vitest';
import { ROTATION_REP, ROTATION_WIDTH, type Rotation } from '../../../engine/base/rotation.js';
import { withSamePoses } from '../../../engine/judge/adapt/samePoses.js';
import { type Dimensions, laidOut } from '../../../engine/judge/policy/dimensions.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';

const policy = (actionDim: number, action?: Dimensions): PolicySpec =>
  ({ actionDim, observations: [], ...(action && { dimensions: { action } }) }) as unknown as PolicySpec;

/** As the data set names it, where the width is that of a pose. */
function named(spec: PolicySpec, rotation: Rotation | undefined): PolicySpec {
  if (rotation === undefined || spec.dimensions !== undefined) return spec;
  const turn = { name: ROTATION_REP[rotation], width: ROTATION_WIDTH[rotation] };
  const gripper = spec.actionDim - 3 - turn.width;
  if (gripper !== 0 && gripper !== 1) return spec;
  const runs = [
    { name: 'position', width: 3 },
    turn,
    ...(gripper === 1 ? [{ name: 'gripper', width: 1 }] : []),
  ];
  return policy(spec.actionDim, laidOut(runs));
}

/** `position 3, quaternion 4`: each side, where it is named. */
function sides(old: PolicySpec, told: PolicySpec, rotation?: Rotation): (string | undefined)[] {
  const both = withSamePoses({ old, spec: named(told, rotation) }, told, new Map());
  return [both.old, both.spec].map(({ dimensions }) =>
    dimensions?.['action']?.map(({ name, width }) => `${name} ${width}`).join(', '),
  );
}

describe('names of both sides', () => {
  const QUATERNION = 'position 3, quaternion 4';
  const SIX = 'position 3, rotation_6d 6';

  test.each<[string, number, number, Rotation, string, string]>([
    ['a pose gets a gripper', 7, 10, '6d', QUATERNION, `${SIX}, gripper 1`],
    ['a gripper goes on', 8, 10, '6d', `${QUATERNION}, gripper 1`, `${SIX}, gripper 1`],
    ['the same form', 10, 10, '6d', `${SIX}, gripper 1`, `${SIX}, gripper 1`],
    ['the same form gets a gripper', 9, 10, '6d', SIX, `${SIX}, gripper 1`],
    [
      'seven are a quaternion, not an axis-angle with a gripper',
      7,
      7,
      'axis-angle',
      QUATERNION,
      'position 3, axis_angle 3, gripper 1',
    ],
  ])('%s', (_, old, now, rotation, before, after) => {
    expect(sides(policy(old), policy(now), rotation)).toEqual([before, after]);
  });

  test('none where the data set does not say, where a side is not a pose, and where the new config names its own', () => {
    expect(sides(policy(7), policy(8))).toEqual([undefined, undefined]);
    expect(sides(policy(2), policy(10), '6d')[0]).toBeUndefined();
    expect(sides(policy(7), policy(12), '6d')).toEqual([undefined, undefined]);
    const own = laidOut([{ name: 'all', width: 10 }]);
    expect(sides(policy(7), policy(10, own), '6d')).toEqual([undefined, 'all 10']);
  });

  test('an old config’s names of a rotation stay; a name for all of the pose does not hide one', () => {
    const told = laidOut([
      { name: 'xyz', width: 3 },
      { name: 'rot6d', width: 6 },
      { name: 'hand', width: 1 },
    ]);
    expect(sides(policy(10, told), policy(10), '6d')[1]).toBe('xyz 3, rot6d 6, hand 1');
    expect(sides(policy(10, told), policy(8))[1]).toBe('xyz 3, quaternion 4, hand 1');
    const joints = laidOut(Array.from({ length: 7 }, (_, k) => ({ name: `joint_${k}`, width: 1 })));
    expect(sides(policy(7, joints), policy(10), '6d')).toEqual([
      joints.map(({ name }) => `${name} 1`).join(', '),
      `${SIX}, gripper 1`,
    ]);
    const euler = laidOut([
      { name: 'pos', width: 3 },
      { name: 'rot', width: 3, rotation: 'Euler angles' },
      { name: 'hand', width: 1 },
    ]);
    expect(sides(policy(7, euler), policy(10), '6d')).toEqual([
      'pos 3, rot 3, hand 1',
      'pos 3, rotation_6d 6, hand 1',
    ]);
    const pose = laidOut([
      { name: 'pose', width: 7 },
      { name: 'gripper', width: 1 },
    ]);
    expect(sides(policy(8, pose), policy(10), '6d')[0]).toBe(`${QUATERNION}, gripper 1`);
  });
});
