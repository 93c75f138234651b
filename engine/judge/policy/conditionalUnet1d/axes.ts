/** Which axes of a `ConditionalUnet1D` follow the actions and the observations. */
import type { AxisSegment, FollowedAxis } from '../family.js';
import { conditionSegments, type UnetShape, widthOf } from './shape.js';

/** Layers that read or write the trajectory. */
export const TRAJECTORY_LAYERS: readonly string[] = [
  'model.down_modules.0.0.blocks.0.block.0',
  'model.down_modules.0.0.residual_conv',
  'model.final_conv.1',
];

const READS_TRAJECTORY =
  /^model\.down_modules\.0\.0\.(?:blocks\.0\.block\.0|residual_conv|cond_encoder\.query_proj)\.weight$/;
const WRITES_TRAJECTORY = /^model\.final_conv\.1\.(?:weight|bias)$/;
const READS_LOCAL = /^model\.local_cond_encoder\.[01]\.(?:blocks\.0\.block\.0|residual_conv)\.weight$/;
const READS_CONDITION = /^model\..+\.cond_encoder\.(?:1|key_proj|value_proj)\.weight$/;

/** Undefined for a key that follows neither, or is not the UNet's. */
export function unetAxis(key: string, shape: UnetShape): FollowedAxis | undefined {
  if (READS_TRAJECTORY.test(key)) return { axis: 1, segments: shape.input, startsSilent: true };
  if (WRITES_TRAJECTORY.test(key)) return { axis: 0, segments: shape.input, startsSilent: false };
  if (READS_LOCAL.test(key)) return { axis: 1, segments: shape.localCondition ?? [], startsSilent: true };
  if (READS_CONDITION.test(key)) return { axis: 1, segments: conditionSegments(shape), startsSilent: true };
  return undefined;
}

const SHORTCUT = /^model\.(down_modules\.0\.0|local_cond_encoder\.[01])\.residual_conv\.(?:weight|bias)$/;

/** Of blocks whose input follows the trajectory or the local condition. */
export const SHORTCUTS: readonly string[] = [
  'model.down_modules.0.0.residual_conv.weight',
  'model.local_cond_encoder.0.residual_conv.weight',
  'model.local_cond_encoder.1.residual_conv.weight',
];

/** The shortcut of a block whose widths agree is not a convolution: it hands on what the block reads. */
export function passedOn(key: string, shape: UnetShape): readonly AxisSegment[] | undefined {
  const block = SHORTCUT.exec(key)?.[1];
  if (block === undefined) return undefined;
  const read = block.startsWith('down') ? shape.input : (shape.localCondition ?? []);
  return widthOf(read) === shape.downDims[0] ? read : undefined;
}
