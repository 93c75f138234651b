/** What `policy.shape_meta` sets: the paths of the config behind actions, observations and the normaliser's fields. */
import { type DimensionRole, setBy, unsettable } from './keyRole.js';
import type { FieldRole } from './normalizer.js';
import type { PolicySpec } from './spec.js';

export const OBSERVATIONS = 'policy.shape_meta.obs';

export const ACTION_DIMENSION = setBy('action dimension', 'policy.shape_meta.action.shape.0');

/** A field of the normaliser: the action's is always there, an observation brings its own. */
export function fieldRole(name: string, { observations }: Partial<PolicySpec>): FieldRole {
  if (name === 'action') return { width: ACTION_DIMENSION, existsBy: [] };
  const known = observations?.find(({ key }) => key === name);
  const width: DimensionRole =
    known?.type === 'rgb'
      ? unsettable('one value for all pixels')
      : setBy(`values of ${name}`, `${OBSERVATIONS}.${name}.shape.0`);
  return { width, existsBy: [`${OBSERVATIONS}.${name}.type`] };
}
