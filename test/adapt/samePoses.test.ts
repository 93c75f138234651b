/** Rotations that a data set writes in another form than the old policy has them: named on both sides, so that those rows start anew. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdaptRequest, adaptCheckpoint } from '../../engine/adapt/adapt.js';
import { withSamePoses } from '../../engine/adapt/samePoses.js';
import { ROTATION_REP, ROTATION_WIDTH, type Rotation } from '../../engine/base/rotation.js';
import { Stream } from '../../engine/base/streams.js';
import { compose } from '../../engine/config/compose.js';
import { TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { type Dimensions, laidOut } from '../../engine/judge/policy/dimensions.js';
import type { PolicySpec } from '../../engine/judge/policy/spec.js';
import { floats, writeZarr } from '../server/reader/readerFiles.js';
import { NEW_CONFIG, unpackCheckpoint } from './fixtures.js';

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
    const pose = laidOut([
      { name: 'pose', width: 7 },
      { name: 'gripper', width: 1 },
    ]);
    expect(sides(policy(8, pose), policy(10), '6d')[0]).toBe(`${QUATERNION}, gripper 1`);
  });
});

describe('an adaptation to such a data set', () => {
  let folder: string;
  let oldCheckpoint: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regrip-rotations-'));
    oldCheckpoint = await unpackCheckpoint('policy-7d', folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const turned = (width: number, rotation: Rotation) => {
    const made = floats(6, width, 6, (step, column) => Math.sin(step + column));
    return { ...made, layout: { ...made.layout, attributes: { rotation_rep: ROTATION_REP[rotation] } } };
  };

  async function plan(
    rotation: Rotation,
    widths: readonly [action: number, pose: number],
    allowDrop: boolean,
  ) {
    const [action, pose] = widths;
    const dataSet = await writeZarr(
      join(folder, `${rotation}-${allowDrop}.zarr`),
      {
        ...{ action: turned(action, rotation), robot_eef_pose: turned(pose, rotation) },
        robot_gripper_state: floats(6, 1, 6, (step) => step % 2),
      },
      [6],
    );
    const shapes = ['task', 'task.dataset'].flatMap((holder) => [
      `${holder}.shape_meta.action.shape=[${action}]`,
      `${holder}.shape_meta.obs.robot_eef_pose.shape=[${pose}]`,
    ]);
    const request: AdaptRequest = {
      ...{ oldCheckpoint, dataSet, output: undefined, overwrite: false },
      config: await compose(NEW_CONFIG, shapes, { env: process.env }),
      options: { ...TRANSPLANT, allowDrop },
      random: (position) => new Stream(42, 'initialisation', position),
    };
    return (await adaptCheckpoint(request)).plan;
  }

  test.each([
    ['6d', [10, 9], '6-D'],
    ['axis-angle', [7, 6], 'axis-angle'],
  ] as const)(
    '%s is refused with the reason, even where the widths agree',
    async (rotation, widths, form) => {
      await expect(plan(rotation, widths, false)).rejects.toThrow(
        `action: quaternion (old dimensions 3–6) have no continuation: it is a rotation as quaternion there and as ${form} in the new policy, whose numbers mean something else`,
      );
    },
  );

  test('keeps positions and begins rotations anew where that is allowed', async () => {
    const { dimensions } = await plan('6d', [10, 9], true);
    expect(dimensions.map(({ field, from }) => [field, from])).toEqual([
      ['action', [0, 1, 2, null, null, null, null, null, null, null]],
      ['robot_eef_pose', [0, 1, 2, null, null, null, null, null, null]],
    ]);
  });
});
