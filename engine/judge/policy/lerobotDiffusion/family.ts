/** The family of LeRobot's `DiffusionPolicy`: a ResNet for all cameras or one for each, and a UNet that the observations condition. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import { type KeyPlace, type PolicyFamily, words } from '../family.js';
import type { InitialRule } from '../initial.js';
import { LEROBOT_KEYS, TRAINED_BY } from '../lerobot/every.js';
import { modeSettings } from '../lerobot/features.js';
import { readOptimizer } from '../lerobot/optimizer.js';
import { oneGroup } from '../oneGroup.js';
import type { ParameterSpec } from '../spec.js';
import { camerasOf, encoderRule, lerobotEncoderPlace } from './encoder.js';
import { lerobotName, upstreamName } from './names.js';
import { noiseSettings } from './noise.js';
import { readLerobotDiffusion } from './read.js';
import { roleOf } from './roles.js';
import { ID, type LerobotDiffusionSpec } from './spec.js';

export const LEROBOT_DIFFUSION: PolicyFamily<LerobotDiffusionSpec> = {
  id: ID,
  name: 'LeRobot diffusion policy',
  classes: ['modeling_diffusion.DiffusionPolicy'],
  configSections: [
    {
      path: 'policy',
      keys: [
        ...LEROBOT_KEYS,
        ...words(`horizon drop_n_last_frames resize_shape crop_ratio crop_shape crop_is_random use_group_norm
          spatial_softmax_num_keypoints use_separate_rgb_encoder_per_camera down_dims kernel_size n_groups
          diffusion_step_embed_dim use_film_scale_modulation gradient_checkpointing noise_scheduler_type num_train_timesteps
          beta_schedule beta_start beta_end prediction_type clip_sample clip_sample_range num_inference_steps compile_model
          compile_mode do_mask_loss_for_padding optimizer_betas optimizer_eps scheduler_name scheduler_warmup_steps`),
      ],
    },
  ],
  divisions: [],
  sizeSettings: ['policy.down_dims', 'policy.diffusion_step_embed_dim', 'policy.kernel_size'],
  cropPath: 'policy.crop_shape',
  trainedBy: TRAINED_BY,
  actionLayers: TRAJECTORY_LAYERS.map((layer) => lerobotName(`${layer}.weight`).replace(/\.weight$/, '')),

  readSpec: readLerobotDiffusion,
  roleOf,
  placeOf,
  nameInKeys: (observation, spec) => String(camerasOf(spec).indexOf(observation)),
  axisOf: (key, { unet }) => inUnet(key, (name) => unetAxis(name, unet)),
  passedOn: (key, { unet, isCompiled }) =>
    inUnet(key, (name) => (key === lerobotName(name, isCompiled) ? passedOn(name, unet) : undefined)),
  shortcuts: SHORTCUTS.flatMap((name) => [lerobotName(name), lerobotName(name, true)]),
  initialRule,
  parameterGroups: oneGroup,
  optimizerSettings: (resolved) =>
    readOptimizer(resolved, { rate: 1e-4, betas: [0.95, 0.999], groups: ['all'], decay: 1e-6 }),
  comparedSettings: ({ unet, encoder, isCompiled, modes, scheduler }) => [
    { name: 'policy.compile_model', value: isCompiled },
    { name: 'policy.n_groups', value: unet.groups },
    { name: 'policy.use_film_scale_modulation', value: unet.predictScale },
    ...(encoder === undefined
      ? []
      : [
          { name: 'policy.vision_backbone', value: encoder.resnet.name },
          { name: 'policy.use_group_norm', value: encoder.resnet.norm === 'GroupNorm' },
          { name: 'policy.use_separate_rgb_encoder_per_camera', value: encoder.isSeparate },
        ]),
    ...modeSettings(modes),
    ...noiseSettings(scheduler),
  ],
};

/** LeRobot's UNet is upstream's but for its names. */
function inUnet<T>(key: string, answer: (upstream: string) => T | undefined): T | undefined {
  const name = upstreamName(key);
  return name === undefined ? undefined : answer(name);
}

function placeOf(key: string, spec?: LerobotDiffusionSpec): KeyPlace {
  const encoder = lerobotEncoderPlace(key, spec);
  return encoder ?? { part: upstreamName(key) === undefined ? 'other' : 'denoiser' };
}

function initialRule(entry: ParameterSpec, { encoder, parameters }: LerobotDiffusionSpec): InitialRule {
  const { key, shape } = entry;
  if (lerobotEncoderPlace(key) !== undefined) return encoderRule(key, shape, encoder!);
  return unetRule(asUpstream(entry), parameters.map(asUpstream));
}

function asUpstream(entry: ParameterSpec): ParameterSpec {
  return { ...entry, key: upstreamName(entry.key) ?? entry.key };
}
