/** A policy class that only the user's own train.py can build: told, but no fault of the config. */
import { POLICY_TARGET, unknownPolicy } from '../../policy/families.js';
import type { Check } from '../check.js';

export const policyUnknown: Check = {
  run: async (context) => {
    const unknown = unknownPolicy(context.survey.resolved);
    if (unknown === undefined) return [];
    const target = context.text(POLICY_TARGET.join('.'));
    // Told by `target-missing`: no train.py builds it.
    if (target !== undefined && (await context.project?.lacking?.(target)) !== undefined) return [];
    const span = context.span(POLICY_TARGET.join('.'));
    return [context.finding('policy-unknown', span, `${unknown.message}: ${unknown.hint}`)];
  },
};
