/** The roles of the keys of R3M's ResNets. */
import { NORM_PARTS, type NormKind, normRole, runningOf } from '../batchNorm.js';
import { always, type DimensionRole, type KeyRole, onlyBy, type RoleRule, unsettable } from '../keyRole.js';
import { OBSERVATIONS } from '../shapeMetaRoles.js';
import type { UnetR3mSpec } from './spec.js';

const MODEL_PATH = 'policy.obs_encoder.model_name';
const PRETRAINED_PATH = 'policy.obs_encoder.pretrained';
const GROUP_NORM_PATH = 'policy.obs_encoder.use_group_norm';
const OUT = unsettable('output channels');
const KERNEL: readonly DimensionRole[] = [unsettable('kernel height'), unsettable('kernel width')];

export const R3M_ROLES: readonly RoleRule<UnetR3mSpec>[] = [
  [
    /^obs_encoder\._dummy_variable$/,
    () => always('empty tensor that only knows its device and dtype', unsettable('nothing')),
  ],
  rule('conv1\\.weight', (model) =>
    always(`first convolution of ${model}`, OUT, unsettable('image channels'), ...KERNEL),
  ),
  rule(`bn1\\.${NORM_PARTS}`, (model, [part], norm) =>
    normOf(norm, `after the first convolution of ${model}`, part!),
  ),
  rule('layer([1-4])\\.([01])\\.conv([12])\\.weight', (model, [stage, block, nth]) =>
    always(placeOf(model, stage!, block!, nth!), OUT, unsettable('input channels'), ...KERNEL),
  ),
  rule(`layer([1-4])\\.([01])\\.bn([12])\\.${NORM_PARTS}`, (model, [stage, block, nth, part], norm) =>
    normOf(norm, `after ${placeOf(model, stage!, block!, nth!)}`, part!),
  ),
  rule('layer([2-4])\\.0\\.downsample\\.0\\.weight', (model, [stage]) =>
    always(
      `convolution in the shortcut of stage ${stage} of ${model}`,
      OUT,
      unsettable('input channels'),
      ...KERNEL,
    ),
  ),
  rule(`layer([2-4])\\.0\\.downsample\\.1\\.${NORM_PARTS}`, (model, [stage, part], norm) =>
    normOf(norm, `in the shortcut of stage ${stage} of ${model}`, part!),
  ),
];

/** Below the model of one camera; the wrapper around it comes with downloaded weights. */
function rule(
  tail: string,
  roleIn: (model: string, groups: readonly string[], norm: NormKind | undefined) => KeyRole,
): RoleRule<UnetR3mSpec> {
  return [
    new RegExp(`^obs_encoder\\.key_model_map\\.([^.]+)\\.(?:module\\.)?convnet\\.${tail}$`),
    ([camera, ...groups], { encoder }) => {
      const role = roleIn(`R3M’s ResNet of ${camera}`, groups, encoder?.norm);
      return [PRETRAINED_PATH, MODEL_PATH, `${OBSERVATIONS}.${camera}.type`].reduce(
        (told, path) => onlyBy(path, told),
        role,
      );
    },
  ];
}

function placeOf(model: string, stage: string, block: string, nth: string): string {
  return `convolution ${nth} in block ${Number(block) + 1} of stage ${stage} of ${model}`;
}

/** The statistics of a BatchNorm come and go with the settings. */
function normOf(kind: NormKind | undefined, where: string, part: string): KeyRole {
  const role = normRole(kind, where, part, OUT);
  return runningOf(`.${part}`) === undefined ? role : onlyBy(GROUP_NORM_PATH, role);
}
