/** Reads the config of a transformer low-dim policy: its steps and widths, and the transformer below `policy.model`. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { booleanAt, countAt, mapAt, PolicyConfigError } from '../config.js';
import { readTransformer } from '../diffusionTransformer/read.js';
import { lowdimTrajectory, readLowdim, requireNetwork } from '../lowdim.js';
import { MAX_WIDTH } from '../shapeMeta.js';
import type { Hyper, TrajectorySpec } from '../spec.js';
import { policyParameters } from './keys.js';
import { ID, type TransformerLowdimSpec } from './spec.js';

const MODEL = ['policy', 'model'] as const;
const ACTION_STEPS_ONLY = ['policy', 'pred_action_steps_only'] as const;
const MAX_STEPS = 1 << 16; // far above real policies

/** Of the network's constructor. */
const DEFAULTS = {
  layers: 12,
  heads: 12,
  embedding: 768,
  dropEmbedding: 0.1,
  dropAttention: 0.1,
  causalAttention: false,
} as const;

type Base = ReturnType<typeof readBase>;

/** Upstream's defaults where a key is absent. */
export function readTransformerLowdim(resolved: PlainMap): TransformerLowdimSpec {
  mapAt(resolved, ['policy']);
  requireNetwork(resolved, 'TransformerForDiffusion');
  const base = readBase(resolved);
  const widths = readLowdim(resolved);
  const { actionDim, obsFeatureDim: obsDim } = widths;
  const isCondition = booleanAt(resolved, ['policy', 'obs_as_cond'], false);
  const actionStepsOnly = booleanAt(resolved, ACTION_STEPS_ONLY, false);
  const trajectory = readTrajectory(base, isCondition, actionStepsOnly);
  const trajectoryWidth = isCondition ? actionDim : actionDim + obsDim;
  const hyper: Hyper<TransformerLowdimSpec> = {
    family: ID,
    ...base,
    ...widths,
    ...readTransformer(resolved, MODEL, DEFAULTS),
    ...readTokens(resolved, base, trajectory, isCondition),
    trajectoryWidth,
    condWidth: isCondition ? obsDim : 0,
    trajectory,
    actionStepsOnly,
  };
  requireWidths(resolved, hyper);
  return { ...hyper, parameters: policyParameters(hyper) };
}

function readTrajectory(base: Base, isCondition: boolean, actionStepsOnly: boolean): TrajectorySpec {
  if (actionStepsOnly && !isCondition)
    throw new PolicyConfigError(
      ACTION_STEPS_ONLY,
      'is true while policy.obs_as_cond is false',
      'Set policy.obs_as_cond to true, or predict the whole horizon.',
    );
  return lowdimTrajectory(base, { from: base.obsSteps - 1, isInpainted: !isCondition, actionStepsOnly });
}

/** Upstream's causal masks fit one length alone; positions may be more than are used. */
function readTokens(config: PlainMap, base: Base, { steps }: TrajectorySpec, isCondition: boolean) {
  const horizon = stepsAt(config, 'horizon', steps, 'steps of the trajectory');
  if (!booleanAt(config, [...MODEL, 'time_as_cond'], true)) {
    if (!isCondition) return { positions: horizon + 1, condTokens: 0 };
    const message = 'is false while the observations are a condition (policy.obs_as_cond)';
    throw new PolicyConfigError(
      [...MODEL, 'time_as_cond'],
      message,
      'Without time_as_cond there is no condition.',
    );
  }
  if (!isCondition) return { positions: horizon, condTokens: 1 };
  const observed = stepsAt(config, 'n_obs_steps', base.obsSteps, 'observed steps', horizon);
  return { positions: horizon, condTokens: 1 + observed };
}

function stepsAt(config: PlainMap, name: string, used: number, what: string, otherwise?: number): number {
  const path = [...MODEL, name];
  const found = countAt(config, path, { least: 1, most: MAX_STEPS, otherwise });
  const isCausal = booleanAt(config, [...MODEL, 'causal_attn'], DEFAULTS.causalAttention);
  if (found === used || (found > used && !isCausal)) return found;
  const expected = isCausal ? `${used}, as many as its causal mask must fit` : `${used} or more`;
  throw new PolicyConfigError(path, `is ${found}, but the policy has ${used} ${what}: expected ${expected}`);
}

/** The transformer is told the widths once more. */
function requireWidths(config: PlainMap, { trajectoryWidth, condWidth }: Hyper<TransformerLowdimSpec>): void {
  const trajectory =
    condWidth > 0
      ? 'policy.action_dim, as policy.obs_as_cond is true'
      : 'policy.action_dim + policy.obs_dim, as policy.obs_as_cond is false';
  const condition =
    condWidth > 0 ? 'policy.obs_dim, as policy.obs_as_cond is true' : 'policy.obs_as_cond is false';
  requireWidth(config, 'input_dim', trajectoryWidth, trajectory);
  requireWidth(config, 'output_dim', trajectoryWidth, trajectory);
  requireWidth(config, 'cond_dim', condWidth, condition, 0);
}

function requireWidth(
  config: PlainMap,
  name: string,
  expected: number,
  why: string,
  otherwise?: number,
): void {
  const path = [...MODEL, name];
  const found = countAt(config, path, { least: 0, most: 2 * MAX_WIDTH, otherwise });
  if (found === expected) return;
  throw new PolicyConfigError(path, `is ${found}, expected ${expected} (${why})`);
}
