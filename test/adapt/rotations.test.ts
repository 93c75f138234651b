/** Rotations that a data set writes in another form than the old policy: refused with the reason, and begun anew where that is allowed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdaptRequest, adaptCheckpoint } from '../../engine/adapt/adapt.js';
import { ROTATION_REP, type Rotation } from '../../engine/base/rotation.js';
import { Stream } from '../../engine/base/streams.js';
import { compose } from '../../engine/config/compose.js';
import { TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { floats, writeZarr } from '../server/reader/readerFiles.js';
import { NEW_CONFIG, unpackCheckpoint } from './fixtures.js';

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
        `action: quaternion (old dimensions 3–6) is not continued: a rotation as quaternion in the old policy and as ${form} in the new one, whose numbers mean something else`,
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
