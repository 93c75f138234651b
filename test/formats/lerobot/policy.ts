/** Makes folders as LeRobot's `save_pretrained` leaves them: config, weights, processors with statistics. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TensorSource } from '../../../engine/formats/checkpoint/types.js';
import { floats } from '../checkpoint/files.js';
import { saveSafetensors } from '../checkpoint/forms.js';

export interface Feature {
  readonly type: 'STATE' | 'VISUAL' | 'ENV' | 'ACTION';
  readonly shape: readonly number[];
}
export type Features = Readonly<Record<string, Feature>>;

export const STATE: Feature = { type: 'STATE', shape: [7] };
export const CAMERA: Feature = { type: 'VISUAL', shape: [3, 48, 64] };

const MODES = { VISUAL: 'MEAN_STD', STATE: 'MIN_MAX', ACTION: 'MIN_MAX' };
export const PREPROCESSOR_STATE = 'policy_preprocessor_step_3_normalizer_processor.safetensors';
export const POSTPROCESSOR_STATE = 'policy_postprocessor_step_0_unnormalizer_processor.safetensors';

/** A config.json of LeRobot 0.4's diffusion, small; `more` replaces any key. */
export function diffusionConfig(
  inputs: Features = { 'observation.state': STATE, 'observation.images.front': CAMERA },
  action = 7,
  more: Readonly<Record<string, unknown>> = {},
) {
  return {
    type: 'diffusion',
    n_obs_steps: 2,
    input_features: inputs,
    output_features: { action: { type: 'ACTION', shape: [action] } },
    device: 'cpu',
    use_amp: false,
    push_to_hub: false,
    repo_id: null,
    horizon: 16,
    n_action_steps: 8,
    normalization_mapping: MODES,
    drop_n_last_frames: 7,
    vision_backbone: 'resnet18',
    crop_shape: null,
    crop_is_random: true,
    pretrained_backbone_weights: null,
    use_group_norm: true,
    spatial_softmax_num_keypoints: 8,
    use_separate_rgb_encoder_per_camera: false,
    down_dims: [32, 64],
    kernel_size: 5,
    n_groups: 8,
    diffusion_step_embed_dim: 32,
    use_film_scale_modulation: true,
    noise_scheduler_type: 'DDPM',
    num_train_timesteps: 100,
    beta_schedule: 'squaredcos_cap_v2',
    beta_start: 0.0001,
    beta_end: 0.02,
    prediction_type: 'epsilon',
    clip_sample: true,
    clip_sample_range: 1.5,
    num_inference_steps: null,
    do_mask_loss_for_padding: false,
    optimizer_lr: 0.0001,
    optimizer_betas: [0.95, 0.999],
    optimizer_eps: 1e-8,
    optimizer_weight_decay: 1e-6,
    scheduler_name: 'cosine',
    scheduler_warmup_steps: 500,
    ...more,
  };
}

/** Statistics of one feature in the order in which safetensors lists them; each dimension has values of its own. */
export function statistics(name: string, shape: readonly number[], add = 0): TensorSource[] {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = (from: number) => Array.from({ length: size }, (_, index) => from + index / 8 + add);
  return [
    floats(`${name}.max`, [...shape], values(2)),
    floats(`${name}.mean`, [...shape], values(0.5)),
    floats(`${name}.min`, [...shape], values(-2)),
    floats(`${name}.std`, [...shape], values(1)),
  ];
}

export interface PolicyParts {
  readonly config?: ReturnType<typeof diffusionConfig>;
  readonly weights?: readonly TensorSource[];
  /** Of both processors; without any they have no state. */
  readonly statistics?: readonly TensorSource[];
  readonly rename?: Readonly<Record<string, string>>;
}

/** Resolves to `path`, which is made. */
export async function savePolicy(path: string, parts: PolicyParts = {}): Promise<string> {
  const { config = diffusionConfig(), weights = [floats('diffusion.unet.w', [2], [1, 2])] } = parts;
  const states = parts.statistics ?? [
    ...statistics('action', config.output_features.action.shape),
    ...Object.entries(config.input_features).flatMap(([name, { type, shape }]) =>
      statistics(name, type === 'VISUAL' ? [shape[0]!, 1, 1] : shape),
    ),
  ];
  await mkdir(path, { recursive: true });
  const json = (name: string, value: unknown) => writeFile(join(path, name), JSON.stringify(value, null, 2));
  await json('config.json', config);
  await json('policy_preprocessor.json', preprocessor(config, parts.rename ?? {}, states.length > 0));
  await json('policy_postprocessor.json', postprocessor(config, states.length > 0));
  await saveSafetensors(join(path, 'model.safetensors'), weights);
  if (states.length > 0) {
    await saveSafetensors(join(path, PREPROCESSOR_STATE), states);
    await saveSafetensors(join(path, POSTPROCESSOR_STATE), states);
  }
  return path;
}

type Config = ReturnType<typeof diffusionConfig>;

function preprocessor(config: Config, rename: Readonly<Record<string, string>>, hasState: boolean) {
  const { input_features: inputs, output_features: outputs, normalization_mapping: modes } = config;
  return {
    name: 'policy_preprocessor',
    steps: [
      { registry_name: 'rename_observations_processor', config: { rename_map: rename } },
      { registry_name: 'to_batch_processor', config: {} },
      { registry_name: 'device_processor', config: { device: 'cpu', float_dtype: null } },
      {
        registry_name: 'normalizer_processor',
        config: { eps: 1e-8, features: { ...inputs, ...outputs }, norm_map: modes },
        ...(hasState && { state_file: PREPROCESSOR_STATE }),
      },
    ],
  };
}

function postprocessor(
  { output_features: outputs, normalization_mapping: modes }: Config,
  hasState: boolean,
) {
  return {
    name: 'policy_postprocessor',
    steps: [
      {
        registry_name: 'unnormalizer_processor',
        config: { eps: 1e-8, features: outputs, norm_map: modes },
        ...(hasState && { state_file: POSTPROCESSOR_STATE }),
      },
      { registry_name: 'device_processor', config: { device: 'cpu', float_dtype: null } },
    ],
  };
}
