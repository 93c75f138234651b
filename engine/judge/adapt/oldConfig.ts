/** What a checkpoint's own config says of its policy, without the sections that only its training's machine can resolve. */
import { RegripError } from '../../base/errors.js';
import type { Plain, PlainMap } from '../../base/plain.js';
import { resolvedAt, resolvePlain } from '../../config/resolve/resolve.js';

/** Settings of the data set by which the layout of actions is known, and what their poses are relative to. */
const LAYOUT = ['_target_', 'abs_action', 'rotation_rep', 'obs_keys', 'pose_repr'] as const;

/** The policy, the options of `regrip`, and what tells the layout of the actions, where that can be told. */
export function oldConfig(own: PlainMap): PlainMap {
  const dataset = LAYOUT.flatMap((name) => {
    const value = valueIn(own, ['task', 'dataset', name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...resolvePlain(own, ['policy', 'regrip']),
    ...(dataset.length > 0 && { task: { dataset: Object.fromEntries(dataset) } }),
  };
}

function valueIn(own: PlainMap, path: readonly string[]): Plain | undefined {
  try {
    return resolvedAt(own, path);
  } catch (error) {
    if (error instanceof RegripError) return undefined;
    throw error;
  }
}
