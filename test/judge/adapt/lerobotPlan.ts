/** Plans an adaptation between two policies of LeRobot as their configs describe them, from headers that are made up. */
import type { PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointIndex } from '../../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptOptions, type AdaptPlan, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { policySpec } from '../../../engine/judge/policy/families.js';

export function lerobotPlan(before: PlainMap, now: PlainMap, options: Partial<AdaptOptions> = {}): AdaptPlan {
  const [old, spec] = [policySpec(before), policySpec(now)];
  const index: CheckpointIndex = {
    path: 'old',
    stateDicts: {
      model: old.parameters.map(({ key, shape, dtype }) => ({
        ...{ key, shape, dtype, stride: [], storageOffset: 0, storage: key },
      })),
    },
    optimizer: undefined,
    pickles: {},
    config: before,
    unexpectedGlobals: [],
  };
  const given = { ...TRANSPLANT, weights: 'model', ...options } as const;
  return planAdaptation({ index, old, spec, newConfig: now, options: given });
}
