/** A policy class that only the user's own train.py can build: reported, but not as a fault of the config. */
import { POLICY_TARGET, unknownPolicy } from '../../policy/families.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import type { Related } from '../finding.js';
import { pretrained } from './pretrained.js';

export const policyUnknown: Check = {
  run: async (context) => {
    const unknown = unknownPolicy(context.survey.resolved);
    if (unknown === undefined) return [];
    const target = context.text(POLICY_TARGET.join('.'));
    // Told by `target-missing`: no train.py builds it.
    if (target !== undefined && (await context.project?.lacking?.(target)) !== undefined) return [];
    const span = context.span(POLICY_TARGET.join('.'));
    const message = `${unknown.message}: ${unknown.hint}`;
    return [context.finding('policy-unknown', span, message, { related: notCompared(context) })];
  },
};

/** What else is left out for it. */
function notCompared(context: CheckContext): Related[] {
  const named = pretrained(context);
  if (named === undefined || !named.loads) return [];
  const message = 'this checkpoint is not compared with the config, whose keys and shapes are not known';
  return [{ span: context.span('pretrained.path'), message }];
}
