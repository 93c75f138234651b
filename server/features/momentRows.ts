/** The optimizer's moments as rows of a viewer, named after their parameters. */

import { RegripError } from '../../engine/base/errors.js';
import type { CheckpointIndex, OptimizerInfo, TensorInfo } from '../../engine/formats/checkpoint/types.js';
import { oldPolicy } from '../../engine/judge/adapt/oldPolicy.js';
import { sameShape } from '../../engine/judge/policy/compatibility.js';
import { familyOfSpec } from '../../engine/judge/policy/families.js';
import { groupsInFile } from '../../engine/judge/policy/fileGroups.js';
import type { ParameterSpec } from '../../engine/judge/policy/spec.js';
import type { KeyRow } from '../viewerProtocol.js';

/** The state dict's name in `state_dicts`. */
export const OPTIMIZER = 'optimizer';

/** Two rows per parameter. A moment whose shape does not match the policy's parameter is named by its index. */
export function momentRows(index: CheckpointIndex, saved: OptimizerInfo): KeyRow[] {
  const parameters = parametersOf(index, saved);
  return [...saved.state].flatMap(([number, { expAvg, expAvgSq }]) => {
    const parameter = parameters[number];
    const isIts = parameter !== undefined && sameShape(parameter.shape, expAvg.shape);
    const name = isIts ? parameter.key : `state.${number}`;
    return [row(`${name}.exp_avg`, expAvg), row(`${name}.exp_avg_sq`, expAvgSq)];
  });
}

/** In the optimizer's order; empty where the file's own config does not describe a policy. */
function parametersOf(index: CheckpointIndex, saved: OptimizerInfo): readonly ParameterSpec[] {
  try {
    const weights = index.stateDicts['model'] === undefined ? 'ema' : 'model';
    const { spec } = oldPolicy({ index, weights, prefix: { kind: 'strip' } });
    const groups = groupsInFile(spec, saved) ?? familyOfSpec(spec).parameterGroups(spec);
    return groups.flatMap(({ parameters }) => parameters);
  } catch (error) {
    if (error instanceof RegripError) return [];
    throw error;
  }
}

function row(key: string, { shape, dtype }: TensorInfo): KeyRow {
  return { key, shape, dtype, alias: null, verdict: 'not compared', expected: null, fate: null, gets: null };
}
