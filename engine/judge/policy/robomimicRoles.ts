/** The roles of the image encoders' keys: a ResNet-18, a spatial softmax and a linear layer for each camera. */
import { NORM_PARTS, type NormKind, normRole, runningOf } from './batchNorm.js';
import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  setBy,
  unsettable,
} from './keyRole.js';
import { featureWidth, GROUP_NORM_PATH, type RobomimicShape } from './robomimicEncoder.js';
import { OBSERVATIONS, observationParts } from './shapeMetaRoles.js';
import type { PolicySpec } from './spec.js';

const CHANNELS_IN = unsettable('input channels');
const CHANNELS_OUT = unsettable('output channels');
const KEY_POINTS = unsettable('key points');
const HEIGHT = unsettable('kernel height');
const WIDTH = unsettable('kernel width');
const FEATURES = unsettable('image features: x and y of each key point');
/** ResNet-18 divides the crop by 32; without a crop the whole image counts. */
const CELLS = setBy(
  'cells of the feature map: a 32nd of the crop’s height times a 32nd of its width, rounded up',
  'policy.crop_shape.0',
  'policy.crop_shape.1',
);

/** The first stage is child 4 of the backbone. */
const FIRST_STAGE = 4;

export const ENCODER_ROLES: readonly RoleRule<PolicySpec & RobomimicShape>[] = [
  rule('(?:backbone|nets\\.0)\\.nets\\.0\\.weight', (camera, key) =>
    always(
      `first convolution of ${camera}`,
      CHANNELS_OUT,
      setBy('image channels', `${OBSERVATIONS}.${key}.shape.0`),
      HEIGHT,
      WIDTH,
    ),
  ),
  rule(`(?:backbone|nets\\.0)\\.nets\\.1\\.${NORM_PARTS}`, (camera, _key, [part], norm) =>
    normOf(norm, `after the first convolution of ${camera}`, part!),
  ),
  rule(
    `(?:backbone|nets\\.0)\\.nets\\.([4-7])\\.([01])\\.(?:bn([12])\\.${NORM_PARTS}|conv([12])\\.weight)`,
    (camera, _key, [stage, block, normed, part, convolved], norm) => {
      const place = normed ?? convolved;
      const where = `convolution ${place} in block ${Number(block) + 1} of stage ${stageOf(stage!)} of ${camera}`;
      return part === undefined ? convolution(where) : normOf(norm, `after ${where}`, part);
    },
  ),
  rule(
    `(?:backbone|nets\\.0)\\.nets\\.([5-7])\\.0\\.downsample\\.(?:0\\.weight|1\\.${NORM_PARTS})`,
    (camera, _key, [stage, part], norm) => {
      const where = `shortcut of stage ${stageOf(stage!)} of ${camera}`;
      return part === undefined
        ? convolution(`convolution in the ${where}`)
        : normOf(norm, `in the ${where}`, part);
    },
  ),
  rule('(?:pool|nets\\.1)\\.temperature', (camera) =>
    always(`temperature of the spatial softmax of ${camera} (fixed, not trained)`, unsettable('one value')),
  ),
  rule('(?:pool|nets\\.1)\\.pos_([xy])', (camera, _key, [axis]) =>
    always(
      `${axis} coordinates of the feature map’s cells, for the spatial softmax of ${camera} (fixed, not trained)`,
      unsettable('one row'),
      CELLS,
    ),
  ),
  rule('(?:pool|nets\\.1)\\.nets\\.(weight|bias)', (camera, _key, [part]) =>
    part === 'weight'
      ? always(`1×1 convolution to the key points of ${camera}`, KEY_POINTS, CHANNELS_IN, HEIGHT, WIDTH)
      : always(`bias of the 1×1 convolution to the key points of ${camera}`, KEY_POINTS),
  ),
  rule('nets\\.3\\.(weight|bias)', (camera, _key, [part]) =>
    part === 'weight'
      ? always(`linear layer at the end of ${camera}`, FEATURES, FEATURES)
      : always(`bias of the linear layer at the end of ${camera}`, FEATURES),
  ),
];

/** Below the encoder of one camera, whose observation decides whether it exists. */
function rule(
  tail: string,
  roleIn: (
    camera: string,
    key: string,
    groups: readonly (string | undefined)[],
    norm: NormKind | undefined,
  ) => KeyRole,
): RoleRule<PolicySpec & RobomimicShape> {
  return [
    new RegExp(`^obs_encoder\\.obs_nets\\.([^.]+)\\.${tail}$`),
    ([key, ...groups], { encoderNorm }) =>
      onlyBy(
        `${OBSERVATIONS}.${key}.type`,
        roleIn(`the image encoder (ResNet-18) of ${key}`, key!, groups, encoderNorm),
      ),
  ];
}

function convolution(meaning: string): KeyRole {
  return always(meaning, CHANNELS_OUT, CHANNELS_IN, HEIGHT, WIDTH);
}

/** The statistics of a BatchNorm come and go with the setting. */
function normOf(norm: NormKind | undefined, place: string, part: string): KeyRole {
  const role = normRole(norm, place, part, unsettable('channels'));
  return runningOf(`.${part}`) === undefined ? role : onlyBy(GROUP_NORM_PATH.join('.'), role);
}

function stageOf(child: string): number {
  return Number(child) - FIRST_STAGE + 1;
}

/** All observations of one step, joined. */
export function observationFeatures({ observations }: Partial<PolicySpec>): DimensionRole {
  return observations === undefined
    ? setBy('observation features', OBSERVATIONS)
    : observationParts(observations, featureWidth);
}
