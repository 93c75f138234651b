/** Whole configs of LeRobot's policies for tests, as config.json gives them. */
import type { Plain, PlainMap } from '../../../../engine/base/plain.js';

type Change = Readonly<Record<string, Plain>>;
/** By the feature's name. */
type Widths = Readonly<Record<string, number>>;

/** Two cameras, the robot's state and the environment's; the action 8 wide. */
function features(widths: Widths): PlainMap {
  const vector = (name: string, type: string, usual: number) => ({ type, shape: [widths[name] ?? usual] });
  return {
    input_features: {
      'observation.images.front': { type: 'VISUAL', shape: [3, 90, 160] },
      'observation.state': vector('observation.state', 'STATE', 7),
      'observation.images.wrist': { type: 'VISUAL', shape: [3, 90, 160] },
      'observation.environment_state': vector('observation.environment_state', 'ENV', 2),
    },
    output_features: { action: vector('action', 'ACTION', 8) },
  };
}

export function lerobotDiffusionConfig(change: Change = {}, widths: Widths = {}): PlainMap {
  return {
    policy: {
      _target_: 'lerobot.policies.diffusion.modeling_diffusion.DiffusionPolicy',
      type: 'diffusion',
      ...features(widths),
      n_obs_steps: 2,
      horizon: 16,
      n_action_steps: 8,
      crop_shape: null,
      pretrained_backbone_weights: null,
      use_group_norm: true,
      use_separate_rgb_encoder_per_camera: false,
      down_dims: [16, 32],
      diffusion_step_embed_dim: 16,
      ...change,
    },
  };
}

export function lerobotActConfig(change: Change = {}, widths: Widths = {}): PlainMap {
  return {
    policy: {
      _target_: 'lerobot.policies.act.modeling_act.ACTPolicy',
      type: 'act',
      ...features(widths),
      chunk_size: 16,
      n_action_steps: 8,
      pretrained_backbone_weights: null,
      dim_model: 16,
      n_heads: 2,
      dim_feedforward: 32,
      n_encoder_layers: 1,
      n_vae_encoder_layers: 1,
      latent_dim: 4,
      ...change,
    },
  };
}

export interface LerobotSizes {
  readonly action: number;
  /** Absent without the robot's state, which only ACT can do without. */
  readonly state?: number;
  readonly environment?: number;
  /** Names behind `observation.images.`, in the order of the config. */
  readonly cameras: readonly string[];
}

/** The features of any policy; images are 40 by 40. */
export function lerobotFeatures({ action, state, environment, cameras }: LerobotSizes): PlainMap {
  const images = cameras.map((name) => [
    `observation.images.${name}`,
    { type: 'VISUAL', shape: [3, 40, 40] },
  ]);
  return {
    input_features: {
      ...Object.fromEntries(images),
      ...(state !== undefined && { 'observation.state': { type: 'STATE', shape: [state] } }),
      ...(environment !== undefined && {
        'observation.environment_state': { type: 'ENV', shape: [environment] },
      }),
    },
    output_features: { action: { type: 'ACTION', shape: [action] } },
  };
}
