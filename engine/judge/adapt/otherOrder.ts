/** Whether a checkpoint whose shapes fit a policy means other dimensions by them, as far as both configs name them. */
import { RegripError } from '../../base/errors.js';
import type { PlainMap } from '../../base/plain.js';
import { type Dimensions, dimensionName, hasNames, rangeAt, widthOf } from '../policy/dimensions.js';
import { policySpec } from '../policy/families.js';
import type { PolicySpec } from '../policy/spec.js';
import { oldConfig } from './oldConfig.js';

/** The first field with a dimension that stands elsewhere, `action` or an observation; undefined where none is known to. */
export function otherOrder(own: PlainMap, spec: PolicySpec): string | undefined {
  const before = dimensionsOf(own) ?? {};
  return Object.entries(spec.dimensions ?? {}).find(([field, now]) => {
    const old = before[field];
    return old !== undefined && widthOf(old) === widthOf(now) && disagree(old, now);
  })?.[0];
}

function dimensionsOf(own: PlainMap): PolicySpec['dimensions'] {
  try {
    return policySpec(oldConfig(own)).dimensions;
  } catch (error) {
    if (error instanceof RegripError) return undefined; // told where the checkpoint is read as a policy
    throw error;
  }
}

/** One name in two places. Names of different grain, or of another maker, prove nothing. */
function disagree(old: Dimensions, now: Dimensions): boolean {
  if (!hasNames(old)) return false;
  return Array.from({ length: widthOf(now) }, (_, index) => index).some((index) => {
    if (rangeAt(now, index)?.name === undefined) return false;
    const name = dimensionName(now, index);
    const place = Array.from({ length: widthOf(old) }, (_, at) => at).find(
      (at) => rangeAt(old, at)?.name !== undefined && dimensionName(old, at) === name,
    );
    return place !== undefined && place !== index;
  });
}
