/** The plan from one config's policy to another's, where the old checkpoint has the keys of its own alone. No tensors. */
import type { PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointIndex } from '../../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptOptions, type AdaptPlan, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { policySpec } from '../../../engine/judge/policy/families.js';

export function indexOf(config: PlainMap): CheckpointIndex {
  const tensors = policySpec(config).parameters.map(({ key, shape, dtype }, at) => ({
    key,
    shape,
    dtype,
    stride: [],
    storageOffset: 0,
    storage: String(at),
  }));
  return {
    path: 'old.ckpt',
    stateDicts: { model: tensors, ema_model: tensors },
    optimizer: undefined,
    pickles: {},
    unexpectedGlobals: [],
    config,
  };
}

export function planned(old: PlainMap, to: PlainMap, options: Partial<AdaptOptions> = {}): AdaptPlan {
  return planAdaptation({
    index: indexOf(old),
    old: policySpec(old),
    spec: policySpec(to),
    newConfig: to,
    options: { ...TRANSPLANT, ...options },
  });
}
