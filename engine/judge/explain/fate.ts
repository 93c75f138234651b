/** What an adaptation would do with one key, told by its plan. */

import { fillText, widenedText } from '../adapt/text.js';
import type { AdaptPlan, KeyPlan } from '../adapt/types.js';
import type { Attempt, PlannedKeys } from './background.js';
import type { AdaptFate } from './types.js';

/** Undefined where nothing was planned, and for a key that neither policy has. */
export function fateOf(key: string, { value, problem }: Attempt<PlannedKeys>): AdaptFate | undefined {
  if (problem !== undefined) {
    const why = problem.hint === undefined ? problem.message : `${problem.message}. ${problem.hint}`;
    return { fate: 'refused', why };
  }
  if (value === undefined) return undefined;
  const fate = plannedFate(key, value);
  const objection = objectionTo(key, value.plan);
  return fate && { ...fate, ...(objection !== undefined && { objection }) };
}

/** Without what else stands in the way. */
export function plannedFate(
  key: string,
  { byKey, oldNames, newNames, dropped }: PlannedKeys,
): AdaptFate | undefined {
  const planned = byKey.get(key);
  const [renamedFrom, renamedTo] = [oldNames.get(key) ?? key, newNames.get(key) ?? key];
  if (planned !== undefined) return { ...fateIn(planned), ...(renamedFrom !== key && { renamedFrom }) };
  if (dropped.has(key)) return { fate: 'dropped', why: 'the new policy has no such key' };
  const renamed = byKey.get(renamedTo);
  return renamed && { ...fateIn(renamed), renamedTo };
}

function fateIn(plan: KeyPlan): AdaptFate {
  if (plan.fate === 'initialised')
    return { fate: plan.fate, to: plan.shape, gets: fillText(plan.fill), why: plan.why };
  return {
    fate: plan.fate,
    from: plan.source.shape,
    to: plan.shape,
    ...(plan.fate === 'widened' && { gets: widenedText(plan) }),
  };
}

/** The call stops at the first part of the old policy that would be lost, wherever that is. */
function objectionTo(key: string, { losses }: AdaptPlan): string | undefined {
  const own = losses.filter((loss) => loss.key === key);
  if (own.length > 0) return own.map(({ what }) => what).join('; ');
  const [first] = losses;
  if (first === undefined) return undefined;
  return `${losses.length} other parts of the old policy would be lost, first ${first.key}: ${first.what}`;
}
