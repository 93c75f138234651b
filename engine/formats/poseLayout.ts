/** Where the parts of a pose stand in a row of a data set: x, y, z, the rotation, and an action's gripper behind them. */
import { ROTATION_TEXT, ROTATION_WIDTH, ROTATIONS, type Rotation } from '../base/rotation.js';
import type { DataSetColumn } from './dataSet.js';

export const POSITION_WIDTH = 3;

type Turned = Pick<DataSetColumn, 'rotation'>;

/** Values of the pose alone, which is where a gripper has its column: 7 with quaternions, as recordings have them. */
export function poseWidth({ rotation }: Turned): number {
  return POSITION_WIDTH + ROTATION_WIDTH[rotation ?? 'quaternion'];
}

/** The representation, other than `there`, that makes actions `width` wide, with a gripper or without; undefined where none does. */
export function rotationOfWidth(
  width: number,
  gripper: boolean,
  there: Rotation = 'quaternion',
): Rotation | undefined {
  return ROTATIONS.find(
    (rotation) => rotation !== there && poseWidth({ rotation }) + Number(gripper) === width,
  );
}

/** What a message adds to a width: ` with 6-D rotations`; nothing where the data set does not say. */
export function rotationNote({ rotation }: Turned): string {
  return rotation === undefined ? '' : ` with ${ROTATION_TEXT[rotation]}s`;
}
