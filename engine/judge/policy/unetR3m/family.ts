/** The family of iDP3's `DiffusionImagePolicy`: R3M's ResNet for each camera, and a UNet that the observations condition in several ways. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { CONDITION_TYPE_PATH } from '../conditionalUnet1d/conditionTypes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import { unetRoles } from '../conditionalUnet1d/roles.js';
import { SEES } from '../conditionalUnet1d/stepwiseRoles.js';
import { denoiserPlace, type KeyPlace, type PolicyFamily, words } from '../family.js';
import type { InitialRule } from '../initial.js';
import { DUMMY_ROLES, type RoleRule, roleBy } from '../keyRole.js';
import { normalizerAxis, normalizerPlace, normalizerRoles } from '../normalizer.js';
import { oneGroup, oneGroupSettings } from '../oneGroup.js';
import { schedulerSettings } from '../scheduler.js';
import { fieldRole } from '../shapeMetaRoles.js';
import type { ParameterSpec } from '../spec.js';
import { timmPlace } from '../timmEncoder/keys.js';
import { TIMM_SECTION } from '../timmEncoder/section.js';
import { COLUMNS } from './columns.js';
import { r3mRule } from './encoder.js';
import { readUnetR3m } from './read.js';
import { R3M_ROLES } from './roles.js';
import { ID, type UnetR3mSpec } from './spec.js';

const ROLES: readonly RoleRule<UnetR3mSpec>[] = [
  ...unetRoles({ ...SEES, conditionType: CONDITION_TYPE_PATH }),
  ...R3M_ROLES,
  ...normalizerRoles(fieldRole),
  ...DUMMY_ROLES,
];

export const UNET_R3M: PolicyFamily<UnetR3mSpec> = {
  id: ID,
  name: 'diffusion UNet policy with R3M’s image encoders (iDP3)',
  classes: ['DiffusionImagePolicy'],
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler obs_encoder horizon n_action_steps n_obs_steps num_inference_steps
        obs_as_global_cond crop_shape diffusion_step_embed_dim down_dims kernel_size n_groups condition_type use_depth
        use_depth_only`),
    },
    TIMM_SECTION,
  ],
  divisions: [],
  sizeSettings: ['policy.down_dims', 'policy.diffusion_step_embed_dim', 'policy.kernel_size'],
  usualColumns: COLUMNS,
  resizesImages: true,
  actionLayers: TRAJECTORY_LAYERS,
  shortcuts: SHORTCUTS,

  readSpec: readUnetR3m,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf: (key, spec) => unetAxis(key, spec.unet) ?? normalizerAxis(key, spec),
  passedOn: (key, { unet }) => passedOn(key, unet),
  initialRule,
  parameterGroups: oneGroup,
  optimizerSettings: oneGroupSettings,
  comparedSettings: ({ unet, encoder, conditionType, scheduler }) => [
    { name: 'policy.condition_type', value: conditionType },
    { name: 'policy.n_groups', value: unet.groups },
    { name: 'policy.obs_encoder (norms of the ResNet)', value: encoder.norm },
    ...schedulerSettings(scheduler),
  ],
};

function placeOf(key: string): KeyPlace {
  return normalizerPlace(key) ?? timmPlace(key) ?? denoiserPlace(key);
}

function initialRule(entry: ParameterSpec, { encoder, parameters }: UnetR3mSpec): InitialRule {
  if (entry.shape.includes(0)) return { kind: 'constant', value: 0 };
  return timmPlace(entry.key) ? r3mRule(entry, encoder) : unetRule(entry, parameters);
}
