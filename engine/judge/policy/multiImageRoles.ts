/** The roles of the keys of upstream's `MultiImageObsEncoder`: a ResNet of torchvision for each camera, or one for all. */
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
import { GROUP_NORM_PATH, type MultiImageShape, SHARED, SHARED_PATH } from './multiImageEncoder.js';
import { OBSERVATIONS } from './shapeMetaRoles.js';
import type { PolicySpec } from './spec.js';

export const RESNET_PATH = 'policy.obs_encoder.rgb_model.name';
const HEIGHT = unsettable('kernel height');
const WIDTH = unsettable('kernel width');
const STEM_CHANNELS = unsettable('output channels');
/** A bottleneck's are others. */
const CHANNELS_IN = setBy('input channels', RESNET_PATH);
const CHANNELS_OUT = setBy('output channels', RESNET_PATH);
const KERNEL: readonly DimensionRole[] = [
  setBy('kernel height', RESNET_PATH),
  setBy('kernel width', RESNET_PATH),
];

type Facts = PolicySpec & { readonly encoder: MultiImageShape };

export const MULTI_IMAGE_ROLES: readonly RoleRule<Facts>[] = [
  [
    /^obs_encoder\._dummy_variable$/,
    () => always('empty tensor that only knows its device and dtype', unsettable('nothing')),
  ],
  rule('conv1\\.weight', (camera, key) =>
    always(
      `first convolution of ${camera}`,
      STEM_CHANNELS,
      key === undefined
        ? unsettable('image channels')
        : setBy('image channels', `${OBSERVATIONS}.${key}.shape.0`),
      HEIGHT,
      WIDTH,
    ),
  ),
  rule(`bn1\\.${NORM_PARTS}`, (camera, key, [part], norm) =>
    normOf(key, norm, `after the first convolution of ${camera}`, part!, STEM_CHANNELS),
  ),
  rule('layer([1-4])\\.(\\d+)\\.conv([1-3])\\.weight', (camera, _key, [stage, block, nth]) =>
    onlyBy(RESNET_PATH, always(placeOf(camera, stage!, block!, nth!), CHANNELS_OUT, CHANNELS_IN, ...KERNEL)),
  ),
  rule(`layer([1-4])\\.(\\d+)\\.bn([1-3])\\.${NORM_PARTS}`, (camera, key, [stage, block, nth, part], norm) =>
    onlyBy(
      RESNET_PATH,
      normOf(key, norm, `after ${placeOf(camera, stage!, block!, nth!)}`, part!, CHANNELS_OUT),
    ),
  ),
  rule(
    `layer([1-4])\\.0\\.downsample\\.(?:0\\.weight|1\\.${NORM_PARTS})`,
    (camera, key, [stage, part], norm) => {
      const where = `shortcut of stage ${stage} of ${camera}`;
      const role =
        part === undefined
          ? always(`convolution in the ${where}`, CHANNELS_OUT, CHANNELS_IN, HEIGHT, WIDTH)
          : normOf(key, norm, `in the ${where}`, part, CHANNELS_OUT);
      return onlyBy(RESNET_PATH, role);
    },
  ),
];

/** Below the ResNet of one camera, whose observation decides whether it exists, or below that of all cameras, which has no camera's key. */
function rule(
  tail: string,
  roleIn: (
    camera: string,
    key: string | undefined,
    groups: readonly (string | undefined)[],
    norm: NormKind | undefined,
  ) => KeyRole,
): RoleRule<Facts> {
  return [
    new RegExp(`^obs_encoder\\.key_model_map\\.([^.]+)\\.${tail}$`),
    ([name, ...groups], { encoder, observations }) => {
      const isCamera = observations?.some(({ key }) => key === name) ?? false;
      const isShared = name === SHARED && (encoder?.isShared || !isCamera);
      return isShared
        ? onlyBy(
            SHARED_PATH,
            roleIn('the image encoder (ResNet) of all cameras', undefined, groups, 'BatchNorm'),
          )
        : onlyBy(
            `${OBSERVATIONS}.${name}.type`,
            roleIn(`the image encoder (ResNet) of ${name}`, name, groups, encoder?.norm),
          );
    },
  ];
}

function placeOf(camera: string, stage: string, block: string, nth: string): string {
  return `convolution ${nth} in block ${Number(block) + 1} of stage ${stage} of ${camera}`;
}

/** The statistics of a BatchNorm come and go with the setting, but for the ResNet of all cameras, which has them always. */
function normOf(
  camera: string | undefined,
  norm: NormKind | undefined,
  place: string,
  part: string,
  channels: DimensionRole,
): KeyRole {
  const role = normRole(norm, place, part, channels);
  const isAlways = camera === undefined || runningOf(`.${part}`) === undefined;
  return isAlways ? role : onlyBy(GROUP_NORM_PATH, role);
}
