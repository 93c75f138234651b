/** The roles of the keys of upstream's `MultiImageObsEncoder`: a ResNet of torchvision for each camera. */
import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  setBy,
  unsettable,
} from './keyRole.js';
import { OBSERVATIONS } from './shapeMetaRoles.js';

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

export const MULTI_IMAGE_ROLES: readonly RoleRule[] = [
  [
    /^obs_encoder\._dummy_variable$/,
    () => always('empty tensor that only knows its device and dtype', unsettable('nothing')),
  ],
  rule('conv1\\.weight', (camera, key) =>
    always(
      `first convolution of ${camera}`,
      STEM_CHANNELS,
      setBy('image channels', `${OBSERVATIONS}.${key}.shape.0`),
      HEIGHT,
      WIDTH,
    ),
  ),
  rule('bn1\\.(weight|bias)', (camera, _key, [part]) =>
    groupNorm(`after the first convolution of ${camera}`, part!, STEM_CHANNELS),
  ),
  rule('layer([1-4])\\.(\\d+)\\.conv([1-3])\\.weight', (camera, _key, [stage, block, nth]) =>
    onlyBy(RESNET_PATH, always(placeOf(camera, stage!, block!, nth!), CHANNELS_OUT, CHANNELS_IN, ...KERNEL)),
  ),
  rule('layer([1-4])\\.(\\d+)\\.bn([1-3])\\.(weight|bias)', (camera, _key, [stage, block, nth, part]) =>
    onlyBy(RESNET_PATH, groupNorm(`after ${placeOf(camera, stage!, block!, nth!)}`, part!, CHANNELS_OUT)),
  ),
  rule('layer([1-4])\\.0\\.downsample\\.([01])\\.(weight|bias)', (camera, _key, [stage, place, part]) => {
    const where = `shortcut of stage ${stage} of ${camera}`;
    const role =
      place === '0'
        ? always(`convolution in the ${where}`, CHANNELS_OUT, CHANNELS_IN, HEIGHT, WIDTH)
        : groupNorm(`in the ${where}`, part!, CHANNELS_OUT);
    return onlyBy(RESNET_PATH, role);
  }),
];

/** Below the encoder of one camera, whose observation decides whether it exists. */
function rule(
  tail: string,
  roleIn: (camera: string, key: string, groups: readonly string[]) => KeyRole,
): RoleRule {
  return [
    new RegExp(`^obs_encoder\\.key_model_map\\.([^.]+)\\.${tail}$`),
    ([key, ...groups]) =>
      onlyBy(`${OBSERVATIONS}.${key}.type`, roleIn(`the image encoder (ResNet) of ${key}`, key!, groups)),
  ];
}

function placeOf(camera: string, stage: string, block: string, nth: string): string {
  return `convolution ${nth} in block ${Number(block) + 1} of stage ${stage} of ${camera}`;
}

function groupNorm(place: string, part: string, channels: DimensionRole): KeyRole {
  return always(`${part === 'weight' ? 'scale' : 'shift'} of the GroupNorm ${place}`, channels);
}
