/** The family of `DiffusionUnetHybridImageTargetedPolicy`: a UNet with robomimic's image encoders that is also told a target. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import { PolicyConfigError } from '../config.js';
import { denoiserPlace, type FollowedAxis, type KeyPlace, type PolicyFamily, words } from '../family.js';
import type { InitialRule } from '../initial.js';
import { roleBy } from '../keyRole.js';
import { normalizerAxis, normalizerPlace } from '../normalizer.js';
import { oneGroup, oneGroupSettings } from '../oneGroup.js';
import {
  CROP_PATH,
  comparedNorm,
  encoderBufferRule,
  encoderPlace,
  encoderRule,
  featureSegments,
  robomimicBatchNorm,
} from '../robomimicEncoder.js';
import { schedulerSettings } from '../scheduler.js';
import type { ParameterSpec } from '../spec.js';
import { encoded, PROJECTOR } from './keys.js';
import { readUnetTargeted } from './read.js';
import { ROLES } from './roles.js';
import { ID, type UnetTargetedSpec } from './spec.js';

export const UNET_TARGETED: PolicyFamily<UnetTargetedSpec> = {
  id: ID,
  name: 'diffusion UNet policy with robomimic’s image encoders and a target',
  classes: ['DiffusionUnetHybridImageTargetedPolicy', 'CfgUnetHybridImageTargetedPolicy'],
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler horizon n_action_steps n_obs_steps one_hot_encoding_dim
        num_inference_steps obs_as_global_cond use_target_cond target_dim crop_shape diffusion_step_embed_dim down_dims
        kernel_size n_groups cond_predict_scale obs_embedding_dim obs_encoder_group_norm eval_fixed_crop
        num_DDIM_inference_steps pretrained_encoder freeze_pretrained_encoder mask_images mask_past_actions mask_target
        mask_one_hot_encoding w`),
    },
  ],
  divisions: [],
  sizeSettings: ['policy.down_dims', 'policy.diffusion_step_embed_dim', 'policy.kernel_size'],
  cropPath: CROP_PATH.join('.'),
  batchNormSetting: robomimicBatchNorm,
  actionLayers: TRAJECTORY_LAYERS,

  readSpec: readUnetTargeted,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf,
  passedOn: (key, { unet }) => passedOn(key, unet),
  shortcuts: SHORTCUTS,
  initialRule,
  parameterGroups: oneGroup,
  optimizerSettings: oneGroupSettings,
  comparedSettings: ({ unet, scheduler, encoderNorm }) => [
    comparedNorm({ encoderNorm }),
    { name: 'policy.n_groups', value: unet.groups },
    { name: 'policy.cond_predict_scale', value: unet.predictScale },
    ...schedulerSettings(scheduler),
  ],
};

function placeOf(key: string): KeyPlace {
  if (key.startsWith(PROJECTOR)) return { part: 'encoder' };
  return normalizerPlace(key) ?? encoderPlace(key) ?? denoiserPlace(key);
}

function axisOf(key: string, spec: UnetTargetedSpec): FollowedAxis | undefined {
  if (key === `${PROJECTOR}.weight`)
    return { axis: 1, segments: featureSegments(encoded(spec)), startsSilent: true };
  return unetAxis(key, spec.unet) ?? normalizerAxis(key, spec);
}

function initialRule(entry: ParameterSpec, spec: UnetTargetedSpec): InitialRule {
  const name = entry.alias ?? entry.key;
  if (entry.kind === 'buffer') return encoderBufferRule(name, spec);
  if (entry.shape.includes(0)) return { kind: 'constant', value: 0 };
  if (!encoderPlace(name)) return unetRule(entry, spec.parameters);
  if (spec.isPretrained && name.includes('.backbone.')) throw downloaded();
  return encoderRule(name, entry.shape);
}

function downloaded(): PolicyConfigError {
  return new PolicyConfigError(
    ['policy', 'pretrained_encoder'],
    'is true: new image encoders start from weights that torchvision downloads, which Regrip does not have',
    'Keep the cameras of the old policy, or set it to false.',
  );
}
