/** The observations and actions of `policy.shape_meta`. */
import type { PlainMap } from '../../base/plain.js';
import { mapAt, PolicyConfigError, shapeAt, textAt } from './config.js';
import type { ObservationSpec } from './spec.js';

/** Far above real policies; a typing slip must not become a million keys. */
export const MAX_WIDTH = 1 << 20;
const MAX_OBSERVATIONS = 256; // likewise

export function readActionDim(config: PlainMap): number {
  return shapeAt(config, ['policy', 'shape_meta', 'action', 'shape'], 1, MAX_WIDTH)[0]!;
}

/** `shapeMeta` is the path of another mapping of the same kind. */
export function readObservations(
  config: PlainMap,
  shapeMeta: readonly string[] = ['policy', 'shape_meta'],
): ObservationSpec[] {
  const path = [...shapeMeta, 'obs'];
  const keys = Object.keys(mapAt(config, path));
  if (keys.length === 0 || keys.length > MAX_OBSERVATIONS) {
    throw new PolicyConfigError(path, `has ${keys.length} entries, expected 1 to ${MAX_OBSERVATIONS}`);
  }
  return keys.map((key) => {
    const type = textAt(config, [...path, key, 'type'], 'low_dim');
    if (type !== 'rgb' && type !== 'low_dim') {
      throw new PolicyConfigError(
        [...path, key, 'type'],
        `is ${JSON.stringify(type)}, expected rgb or low_dim`,
      );
    }
    return { key, type, shape: shapeAt(config, [...path, key, 'shape'], type === 'rgb' ? 3 : 1, MAX_WIDTH) };
  });
}
