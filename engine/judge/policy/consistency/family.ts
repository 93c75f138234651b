/** The family of consistency-policy: a UNet with robomimic's image encoders, taught in Karras' time, and the student that jumps through it. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import {
  denoiserPlace,
  type FollowedAxis,
  type KeyPlace,
  type ParameterGroup,
  type PolicyFamily,
  words,
} from '../family.js';
import type { InitialRule } from '../initial.js';
import { normalizerAxis, normalizerPlace } from '../normalizer.js';
import { oneGroup, oneGroupSettings } from '../oneGroup.js';
import {
  CROP_PATH,
  comparedNorm,
  encoderBufferRule,
  encoderPlace,
  encoderRule,
} from '../robomimicEncoder.js';
import type { ParameterSpec } from '../spec.js';
import { karrasSettings } from './karras.js';
import { readConsistency, STUDENT, TEACHER } from './read.js';
import { consistencyRole } from './roles.js';
import { type ConsistencySpec, ID, NETWORKS, ownKey, shapeOf } from './spec.js';

export const CONSISTENCY: PolicyFamily<ConsistencySpec> = {
  id: ID,
  name: 'consistency policy',
  classes: [TEACHER, STUDENT],
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler horizon n_action_steps n_obs_steps num_inference_steps obs_as_global_cond
        crop_shape diffusion_step_embed_dim down_dims dropout_rate kernel_size n_groups cond_predict_scale
        obs_encoder_group_norm eval_fixed_crop inference_mode initial_ema_decay delta special_skip chaining_times
        teacher_path use_kde kde_samples edm losses ctm_sampler dsm_weights`),
    },
  ],
  divisions: [],
  sizeSettings: ['policy.down_dims', 'policy.diffusion_step_embed_dim', 'policy.kernel_size'],
  cropPath: CROP_PATH.join('.'),
  actionLayers: NETWORKS.flatMap((name) => TRAJECTORY_LAYERS.map((layer) => layer.replace(/^model/, name))),

  readSpec: readConsistency,
  roleOf: consistencyRole,
  placeOf,
  axisOf,
  passedOn: (key, spec) => {
    const own = ownKey(key);
    return own && passedOn(own.key, shapeOf(spec, own.network));
  },
  shortcuts: NETWORKS.flatMap((name) => SHORTCUTS.map((key) => key.replace(/^model/, name))),
  initialRule,
  averagesItself: ({ teacher }) => teacher !== undefined,
  parameterGroups,
  optimizerSettings: oneGroupSettings,
  comparedSettings: ({ unet, karras, encoderNorm }) => [
    comparedNorm({ encoderNorm }),
    { name: 'policy.n_groups', value: unet.groups },
    { name: 'policy.cond_predict_scale', value: unet.predictScale },
    ...karrasSettings(karras),
  ],
};

function placeOf(key: string): KeyPlace {
  if (ownKey(key) !== undefined) return { part: 'denoiser' };
  return normalizerPlace(key) ?? encoderPlace(key) ?? denoiserPlace(key);
}

function axisOf(key: string, spec: ConsistencySpec): FollowedAxis | undefined {
  const own = ownKey(key);
  return own === undefined ? normalizerAxis(key, spec) : unetAxis(own.key, shapeOf(spec, own.network));
}

function initialRule(entry: ParameterSpec, spec: ConsistencySpec): InitialRule {
  const name = entry.alias ?? entry.key;
  if (entry.kind === 'buffer') return encoderBufferRule(name, spec);
  if (entry.shape.includes(0)) return { kind: 'constant', value: 0 };
  return encoderPlace(name) ? encoderRule(name, entry.shape) : unetRule(entry, spec.parameters);
}

/** A student's optimizer is built when its normaliser has been set, and takes everything. */
function parameterGroups(spec: Pick<ConsistencySpec, 'parameters'>): readonly ParameterGroup[] {
  const [group] = oneGroup(spec);
  if (!spec.parameters.some(({ key }) => ownKey(key)?.network === 'teacher')) return [group!];
  const all = spec.parameters.filter(({ kind, alias }) => kind !== 'buffer' && alias === undefined);
  return [{ ...group!, parameters: all }];
}
