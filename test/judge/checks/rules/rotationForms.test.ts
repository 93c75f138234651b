/** How a policy and its data set write rotations. */
import { describe, expect, test } from 'vitest';
import type { Rotation } from '../../../../engine/base/rotation.js';
import { expectFound, expectNone, type Files, type Surroundings } from '../fixture.js';
import { checkpointOf, policyProject } from '../policyProject.js';

const OBS = '    image: {shape: [3, 18, 32], type: rgb}\n    robot_eef_pose: {shape: [6], type: low_dim}\n';

/** Seven values: a pose with a quaternion, or one with an axis-angle and a gripper. */
const project = (more = ''): Files => policyProject(more, { action: '[7]', obs: OBS });
const data = (rotation?: Rotation): Surroundings => ({
  dataSets: {
    'd.zarr': {
      arrays: { action: [30, 7], image: [30, 18, 32, 3], robot_eef_pose: [30, 6] },
      episodeEnds: [30],
      ...(rotation && { rotation }),
    },
  },
});
const names = (list: string) => `regrip:\n  action_names: ${list}\n`;
const QUATERNION = '[position: 3, quaternion: 4]';
const AXIS_ANGLE = '[position: 3, axis_angle: 3, gripper]';

describe('rotation-mismatch', () => {
  test('names of the config against the data set, where the widths agree', () =>
    expectFound(
      project(names(`<|${QUATERNION}|>`)),
      'rotation-mismatch',
      /^the action has a quaternion by its names, but the data set .*d\.zarr holds axis-angle rotations: .* with --rotation quaternion$/,
      data('axis-angle'),
    ));

  test('of an observation', () =>
    expectFound(
      project('regrip:\n  observation_names:\n    robot_eef_pose: <|[rotation_6d: 6]|>\n'),
      'rotation-mismatch',
      /^robot_eef_pose has a 6-D rotation by its names/,
      data('axis-angle'),
    ));

  test('none where they agree, where one does not say, and where the policy is not known', async () => {
    await expectNone(project(names(AXIS_ANGLE)), 'rotation-mismatch', data('axis-angle'));
    await expectNone(project(names(QUATERNION)), 'rotation-mismatch', data());
    await expectNone(project(), 'rotation-mismatch', data('axis-angle'));
    const files = project(names(QUATERNION));
    const broken = files['config/train.yaml']!.replace('n_emb: 32', 'n_emb: x');
    await expectNone({ ...files, 'config/train.yaml': broken }, 'rotation-mismatch', data('axis-angle'));
  });

  test('a checkpoint that is inherited, by the names that it keeps', async () => {
    const inherits = project('pretrained: {path: <|old.ckpt|>, load_weights: true}\n');
    const around = async (list: string) => ({
      ...data('axis-angle'),
      checkpoints: { 'old.ckpt': await checkpointOf(project(names(list))) },
    });
    const found = await expectFound(
      inherits,
      'rotation-mismatch',
      /^The checkpoint .*old\.ckpt writes the action with quaternions, but the data set .* holds axis-angle rotations: .* Adapt it again/,
      await around(QUATERNION),
    );
    expect(found).toHaveLength(1);
    const unmarked = project('pretrained: {path: old.ckpt, load_weights: true}\n');
    await expectNone(unmarked, 'rotation-mismatch', await around(AXIS_ANGLE));
    const unread = project('pretrained: {path: old.ckpt, load_weights: false}\n');
    await expectNone(unread, 'rotation-mismatch', await around(QUATERNION));
  });
});
