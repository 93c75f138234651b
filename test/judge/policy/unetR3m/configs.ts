/** The settings whose state dicts upstream's class listed, as whole resolved training configs. */
import { readFileSync } from 'node:fs';
import type { PlainMap } from '../../../../engine/base/plain.js';

interface Listed {
  readonly policy: PlainMap;
  /** `key 8x16x3` */
  readonly state_dict: readonly string[];
  /** How many the module has. */
  readonly parameters: number;
}

export const LISTING = JSON.parse(
  readFileSync(new URL('../../../fixtures/families/r3m/listing.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Listed>>;
export const VARIANTS = Object.keys(LISTING);

/** `change` overrides single entries of `policy`, `encoder` of its `obs_encoder`; `shapeMeta` is that of both. */
export function r3mConfig(
  variant = 'random',
  change: PlainMap = {},
  encoder: PlainMap = {},
  shapeMeta?: PlainMap,
): PlainMap {
  const { policy } = LISTING[variant]!;
  const meta = shapeMeta === undefined ? {} : { shape_meta: shapeMeta };
  return {
    policy: {
      ...policy,
      ...change,
      ...meta,
      obs_encoder: { ...(policy['obs_encoder'] as PlainMap), ...encoder, ...meta },
    },
    optimizer: {
      _target_: 'torch.optim.AdamW',
      lr: 0.0001,
      betas: [0.95, 0.999],
      eps: 1e-8,
      weight_decay: 1e-6,
    },
    training: { use_ema: true },
  };
}

/** One camera and a state, each as often as two steps are observed. */
export function r3mMeta(actionDim: number, stateWidth: number, horizon = 2): PlainMap {
  return {
    obs: {
      image: { shape: [3, 64, 64], type: 'rgb', horizon },
      agent_pos: { shape: [stateWidth], type: 'low_dim', horizon },
    },
    action: { shape: [actionDim], horizon: 16 },
  };
}
