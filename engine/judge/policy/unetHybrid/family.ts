/** The family of `DiffusionUnetHybridImagePolicy`: robomimic's image encoders, and a UNet that the observations condition. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import { observedContext } from '../conditionalUnet1d/observedRoles.js';
import { unetRoles } from '../conditionalUnet1d/roles.js';
import { denoiserPlace, type KeyPlace, type PolicyFamily, words } from '../family.js';
import type { InitialRule } from '../initial.js';
import { DUMMY_ROLES, type RoleRule, roleBy } from '../keyRole.js';
import { normalizerAxis, normalizerPlace, normalizerRoles } from '../normalizer.js';
import { oneGroup, oneGroupSettings } from '../oneGroup.js';
import {
  CROP_PATH,
  comparedNorm,
  encoderBufferRule,
  encoderPlace,
  encoderRule,
  robomimicBatchNorm,
} from '../robomimicEncoder.js';
import { ENCODER_ROLES, observationFeatures } from '../robomimicRoles.js';
import { schedulerSettings } from '../scheduler.js';
import { fieldRole } from '../shapeMetaRoles.js';
import type { ParameterSpec } from '../spec.js';
import { readUnetHybrid } from './read.js';
import { ID, type UnetHybridSpec } from './spec.js';

const ROLES: readonly RoleRule<UnetHybridSpec>[] = [
  ...unetRoles(observedContext(observationFeatures)),
  ...ENCODER_ROLES,
  ...normalizerRoles(fieldRole),
  ...DUMMY_ROLES,
];

export const UNET_HYBRID: PolicyFamily<UnetHybridSpec> = {
  id: ID,
  name: 'diffusion UNet policy with robomimic’s image encoders',
  classes: ['DiffusionUnetHybridImagePolicy'],
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler horizon n_action_steps n_obs_steps num_inference_steps obs_as_global_cond
        crop_shape diffusion_step_embed_dim down_dims kernel_size n_groups cond_predict_scale obs_encoder_group_norm
        eval_fixed_crop`),
    },
  ],
  divisions: [],
  sizeSettings: ['policy.down_dims', 'policy.diffusion_step_embed_dim', 'policy.kernel_size'],
  cropPath: CROP_PATH.join('.'),
  batchNormSetting: robomimicBatchNorm,
  actionLayers: TRAJECTORY_LAYERS,
  learnsByInpainting: true,

  readSpec: readUnetHybrid,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf: (key, spec) => unetAxis(key, spec.unet) ?? normalizerAxis(key, spec),
  passedOn: (key, { unet }) => passedOn(key, unet),
  shortcuts: SHORTCUTS,
  initialRule,
  parameterGroups: oneGroup,
  optimizerSettings: oneGroupSettings,
  comparedSettings: ({ unet, obsAsGlobalCond, scheduler, encoderNorm }) => [
    comparedNorm({ encoderNorm }),
    { name: 'policy.n_groups', value: unet.groups },
    { name: 'policy.cond_predict_scale', value: unet.predictScale },
    { name: 'policy.obs_as_global_cond', value: obsAsGlobalCond },
    ...schedulerSettings(scheduler),
  ],
};

function placeOf(key: string): KeyPlace {
  const shared = normalizerPlace(key) ?? encoderPlace(key);
  return shared ?? denoiserPlace(key);
}

function initialRule(entry: ParameterSpec, spec: UnetHybridSpec): InitialRule {
  const name = entry.alias ?? entry.key;
  if (entry.kind === 'buffer') return encoderBufferRule(name, spec);
  if (entry.shape.includes(0)) return { kind: 'constant', value: 0 };
  return encoderPlace(name) ? encoderRule(name, entry.shape) : unetRule(entry, spec.parameters);
}
