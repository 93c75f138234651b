/** The result of an adaptation of the reference checkpoint, planned from headers: nothing is read or written. */
import type { AdaptResult } from '../../engine/adapt/adapt.js';
import { planAdaptation } from '../../engine/judge/adapt/plan.js';
import { type AdaptOptions, TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { indexOf, newConfig, oldConfig } from './references.js';

export function resultOf(
  change: Partial<AdaptResult> = {},
  options: Partial<AdaptOptions> = {},
): AdaptResult {
  const old = { ...indexOf('policy-7d.json'), pickles: { epoch: 550, global_step: 4321 } };
  const plan = planAdaptation({
    ...{ index: old, old: policySpec(oldConfig), spec: policySpec(newConfig), newConfig },
    options: { ...TRANSPLANT, ...options },
  });
  return { plan, old, notes: [], shifts: [], dataSetProblem: undefined, outputNote: undefined, ...change };
}
