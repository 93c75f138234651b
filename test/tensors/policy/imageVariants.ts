/** The variants of `test/fixtures/policy/unetImage/`: their configs, and what upstream's classes compute with them. */
import { readFileSync } from 'node:fs';
import type { Plain, PlainMap } from '../../../engine/base/plain.js';
import { config, image, shapeMeta, unetHybridConfig, unetImageConfig } from './configs.js';

export const SMALL = { action: 2, pose: 3, horizon: 8, observed: 2, batch: 2, steps: 3 } as const;

const ONE = { front: [3, 40, 56] };
const ALIKE = { wrist: [3, 40, 56], front: [3, 40, 56] };
const SEVERAL = { wrist: [3, 40, 56], front: [3, 64, 48] };
type Cameras = Readonly<Record<string, readonly number[]>>;

const BATCH_NORM = { use_group_norm: false, crop_shape: null, imagenet_norm: false };
const HYBRID = { crop_shape: [33, 40] };

const CONFIGS: Readonly<Record<string, () => PlainMap>> = {
  batchNorm: () => small(SEVERAL, 'resnet18', { ...BATCH_NORM, imagenet_norm: true }),
  shared: () =>
    small(ALIKE, 'resnet18', {
      share_rgb_model: true,
      resize_shape: [50, 60],
      crop_shape: [33, 40],
      random_crop: false,
      imagenet_norm: false,
    }),
  resnet50: () => small(ONE, 'resnet50', { ...BATCH_NORM, imagenet_norm: true }),
  resized: () =>
    small(SEVERAL, 'resnet18', {
      _convert_: 'all',
      resize_shape: { wrist: [50, 37], front: [33, 48] },
      crop_shape: { wrist: [41, 30], front: [26, 40] },
      imagenet_norm: false,
    }),
  inpainting: () =>
    small(ONE, 'resnet18', { crop_shape: [33, 48], imagenet_norm: false }, { obs_as_global_cond: false }),
  inpaintingBatchNorm: () => small(ONE, 'resnet18', BATCH_NORM, { obs_as_global_cond: false }),
  hybridBatchNorm: () => unetHybridConfig({ ...policyOf(ONE), ...HYBRID, obs_encoder_group_norm: false }),
  transformerInpainting: () => transformer({ obs_as_cond: false }),
  transformerEncoderOnly: () => transformer({ obs_as_cond: false, time_as_cond: false }),
  transformerActionSteps: () =>
    transformer({ pred_action_steps_only: true, causal_attn: false, obs_encoder_group_norm: false }),
  hybridInpainting: () => unetHybridConfig({ ...policyOf(ONE), ...HYBRID, obs_as_global_cond: false }),
};

export type Row = readonly [key: string, shape: readonly number[], dtype: string, ...(number | null)[]];

export interface Variant {
  readonly resolved: PlainMap;
  readonly loss: number;
  readonly evaluated: { readonly loss: number; readonly actionPred: readonly number[] };
  readonly trained?: { readonly losses: readonly number[]; readonly evaluated: number };
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

export const VARIANTS = Object.keys(CONFIGS);

export function variant(name: string): Variant {
  const path = new URL(`../../fixtures/policy/unetImage/${name}.json`, import.meta.url);
  return { ...JSON.parse(readFileSync(path, 'utf8')), resolved: CONFIGS[name]!() };
}

/** A column of its rows, by key, where there is a value. */
export function column({ columns, rows }: Variant, name: string): Map<string, number> {
  const at = columns.indexOf(name);
  return new Map(rows.flatMap((row) => (typeof row[at] === 'number' ? [[row[0], row[at]] as const] : [])));
}

function transformer(own: PlainMap): PlainMap {
  const { diffusion_step_embed_dim, down_dims, kernel_size, ...shared } = policyOf(ONE);
  return config({ ...shared, n_emb: 16, ...HYBRID, ...own });
}

function small(cameras: Cameras, resnet: string, encoder: PlainMap, own: PlainMap = {}): PlainMap {
  const rgb_model = { _target_: 'lab.get_resnet', name: resnet };
  return unetImageConfig({ ...policyOf(cameras), ...own }, { rgb_model, ...encoder });
}

function policyOf(cameras: Cameras): Record<string, Plain> {
  const obs: Record<string, Plain> = {};
  for (const [key, shape] of Object.entries(cameras)) obs[key] = image(...shape);
  return {
    shape_meta: shapeMeta({ ...obs, pose: { shape: [SMALL.pose], type: 'low_dim' } }, SMALL.action),
    noise_scheduler: {
      _target_: 'diffusers.schedulers.scheduling_ddpm.DDPMScheduler',
      num_train_timesteps: 20,
      beta_start: 0.0001,
      beta_end: 0.02,
      beta_schedule: 'squaredcos_cap_v2',
      clip_sample: true,
      prediction_type: 'epsilon',
      variance_type: 'fixed_small',
    },
    horizon: SMALL.horizon,
    n_obs_steps: SMALL.observed,
    n_action_steps: 4,
    num_inference_steps: SMALL.steps,
    diffusion_step_embed_dim: 8,
    down_dims: [16, 32],
    kernel_size: 3,
  };
}
