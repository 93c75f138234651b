/** What `policy.shape_meta` sets: the paths of the config behind actions, observations and the normaliser's fields. */
import { type DimensionRole, setBy, unsettable } from './keyRole.js';
import type { FieldRole } from './normalizer.js';
import type { ObservationSpec, PolicySpec } from './spec.js';

export const OBSERVATIONS = 'policy.shape_meta.obs';

export const ACTION_DIMENSION = setBy('action dimension', 'policy.shape_meta.action.shape.0');

/** A field of the normaliser: the action's is always there, an observation brings its own. */
export function fieldRole(name: string, facts: Partial<PolicySpec>): FieldRole {
  if (name === 'action') return { width: ACTION_DIMENSION, existsBy: [] };
  return { width: fieldWidth(name, facts), existsBy: [`${OBSERVATIONS}.${name}.type`] };
}

function fieldWidth(name: string, { observations, normalizer }: Partial<PolicySpec>): DimensionRole {
  const field = normalizer?.find((each) => each.name === name);
  if (field?.range === 'identity')
    return unsettable('one value for all: the data set class leaves it as it is');
  const seen = observations?.find(({ key }) => key === name);
  switch (seen?.type) {
    case 'rgb':
      return unsettable('one value for all pixels');
    case 'point_cloud':
      return field === undefined || field.width === seen.shape[1]
        ? setBy(`values of each point of ${name}`, `${OBSERVATIONS}.${name}.shape.1`)
        : unsettable('values of each point as the data set has them');
    default:
      return setBy(`values of ${name}`, `${OBSERVATIONS}.${name}.shape.0`);
  }
}

/** Observations that a meaning spells out; a policy has two to five. */
const MAX_NAMED = 8;

/** Encoded observations of one step, joined in this order. */
export function observationParts(
  observations: readonly ObservationSpec[],
  widthOf: (observation: ObservationSpec) => number,
): DimensionRole {
  const paths = observations.map(({ key, type }) =>
    type === 'rgb' ? `${OBSERVATIONS}.${key}.type` : `${OBSERVATIONS}.${key}.shape.0`,
  );
  return { ...setBy('observation features', ...paths), parts: partsText(observations, widthOf) };
}

/** Each with its width: `image 64 + robot_eef_pose 7`. */
export function partsText(
  observations: readonly ObservationSpec[],
  widthOf: (observation: ObservationSpec) => number,
): string {
  const parts = observations.map((obs) => `${obs.key} ${widthOf(obs)}`);
  const more = parts.length > MAX_NAMED ? ` + ${parts.length - MAX_NAMED} more` : '';
  return `${parts.slice(0, MAX_NAMED).join(' + ')}${more}`;
}
