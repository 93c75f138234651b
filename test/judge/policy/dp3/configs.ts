/** The settings whose state dicts upstream's classes listed, as whole resolved training configs. */
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
  readFileSync(new URL('../../../fixtures/families/dp3/listing.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Listed>>;
export const VARIANTS = Object.keys(LISTING);

/** `change` overrides single entries of `policy`. */
export function dp3Config(variant = 'film', change: PlainMap = {}): PlainMap {
  return {
    policy: { ...LISTING[variant]!.policy, ...change },
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
