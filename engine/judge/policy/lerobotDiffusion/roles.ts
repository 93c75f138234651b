/** The roles of the keys of LeRobot's diffusion policy. */
import { unetRoles } from '../conditionalUnet1d/roles.js';
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  roleBy,
  setBy,
  unsettable,
} from '../keyRole.js';
import { ACTION, INPUTS, shapePath, typePath } from '../lerobot/features.js';
import { BACKBONE_PATH } from '../lerobot/resnet.js';
import { resnetRoles } from '../lerobot/resnetRoles.js';
import { partsText } from '../shapeMetaRoles.js';
import { camerasOf } from './encoder.js';
import { upstreamName } from './names.js';
import type { LerobotDiffusionSpec } from './spec.js';

type Facts = Partial<LerobotDiffusionSpec>;

const EMBEDDING = 'policy.diffusion_step_embed_dim';
const KEY_POINTS_PATH = 'policy.spatial_softmax_num_keypoints';
const SEPARATE_PATH = 'policy.use_separate_rgb_encoder_per_camera';
const KEY_POINTS = setBy('key points', KEY_POINTS_PATH);
const FEATURES = setBy('image features: x and y of each key point', KEY_POINTS_PATH);
const CELLS = setBy(
  'cells of the feature map: a 32nd of the height that the encoder sees times a 32nd of the width, rounded up',
  'policy.resize_shape',
  'policy.crop_ratio',
  'policy.crop_shape',
);

const UNET: readonly RoleRule<UnetSpec>[] = unetRoles({
  path: 'policy',
  scalePath: 'policy.use_film_scale_modulation',
  input: () => setBy('action dimension', shapePath(ACTION)),
  condition: conditionRole,
});

const PREFIX = 'diffusion\\.rgb_encoder\\.(?:(\\d+)\\.)?';

const ENCODER: readonly RoleRule<LerobotDiffusionSpec>[] = [
  ...resnetRoles<LerobotDiffusionSpec>({
    prefix: `${PREFIX}backbone\\.`,
    groups: 1,
    names: { stem: '0', stemNorm: '1', stage: '([4-7])' },
    firstStage: 4,
    encoder: encoderName,
    norm: ({ encoder }) => encoder?.resnet.norm,
    existsBy: [INPUTS.join('.'), SEPARATE_PATH],
    normPath: 'policy.use_group_norm',
  }),
  rule('pool\\.pos_grid', (name) =>
    always(
      `x and y of the feature map’s cells, for the spatial softmax of ${name} (fixed, not trained)`,
      CELLS,
      unsettable('x and y'),
    ),
  ),
  rule('pool\\.nets\\.(weight|bias)', (name, [part]) =>
    parted(
      `1×1 convolution to the key points of ${name}`,
      part!,
      KEY_POINTS,
      setBy('input channels', BACKBONE_PATH.join('.')),
      unsettable('kernel height'),
      unsettable('kernel width'),
    ),
  ),
  rule('out\\.(weight|bias)', (name, [part]) =>
    parted(`linear layer at the end of ${name}`, part!, FEATURES, FEATURES),
  ),
];

export function roleOf(key: string, facts: Facts): KeyRole | undefined {
  const name = upstreamName(key);
  return name === undefined ? roleBy(ENCODER, key, facts) : roleBy(UNET, name, facts);
}

function rule(
  tail: string,
  roleIn: (name: string, groups: readonly string[]) => KeyRole,
): RoleRule<LerobotDiffusionSpec> {
  return [
    new RegExp(`^${PREFIX}${tail}$`),
    ([number, ...groups], facts) =>
      onlyBy(INPUTS.join('.'), onlyBy(SEPARATE_PATH, roleIn(encoderName([number!], facts), groups))),
  ];
}

/** Separate encoders are numbered in the order of the cameras. */
function encoderName([number]: readonly (string | undefined)[], facts: Facts): string {
  if (number === undefined) return 'the image encoder (ResNet) of all cameras';
  const camera =
    facts.observations === undefined
      ? undefined
      : camerasOf({ observations: facts.observations })[Number(number)];
  return `the image encoder (ResNet) of ${camera ?? `camera ${Number(number) + 1}`}`;
}

function parted(meaning: string, part: string, ...dimensions: readonly DimensionRole[]): KeyRole {
  return part === 'weight'
    ? always(meaning, ...dimensions)
    : always(`bias of the ${meaning}`, dimensions[0]!);
}

/** The columns of a step lie together, one observed step behind the other. */
function conditionRole({ observations, unet, obsSteps }: Partial<UnetSpec>): DimensionRole {
  const meaning = 'embedding of the diffusion step, then the observation features of each observed step';
  const everywhere = [EMBEDDING, 'policy.n_obs_steps'];
  if (observations === undefined || unet === undefined)
    return setBy(meaning, ...everywhere, INPUTS.join('.'));
  const paths = observations.map(({ key, type }) => (type === 'rgb' ? typePath(key) : shapePath(key)));
  const hasImages = observations.some(({ type }) => type === 'rgb');
  const segments = unet.globalCondition ?? [];
  const widths = new Map(
    segments.flatMap((part) => (part.of === 'observation' ? [[part.key, part.width] as const] : [])),
  );
  const parts = partsText(observations, ({ key }) => widths.get(key)!);
  return {
    ...setBy(meaning, ...everywhere, ...paths, ...(hasImages ? [KEY_POINTS_PATH] : [])),
    parts: `diffusion step ${unet.stepEmbedding} + ${obsSteps} × (${parts})`,
  };
}
