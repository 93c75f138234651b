/** What every policy's constructor takes, whatever its family: steps and the noise schedule. */
import type { PlainMap } from '../../base/plain.js';
import { countAt } from './config.js';
import { readSamplingSteps, readScheduler } from './scheduler.js';
import type { PolicySpec } from './spec.js';

type Steps = Pick<PolicySpec, 'horizon' | 'obsSteps' | 'actionSteps'>;
type BaseSpec = Steps & Pick<PolicySpec, 'inferenceSteps' | 'scheduler'>;

export const MAX_STEPS = 1 << 16; // far above real policies

/** Throws `PolicyConfigError`. Without `num_inference_steps` a policy samples in all training steps. */
export function readBase(config: PlainMap): BaseSpec {
  const scheduler = readScheduler(config);
  const { trainTimesteps } = scheduler;
  const inferenceSteps = readSamplingSteps(config, ['policy', 'num_inference_steps'], trainTimesteps);
  return { ...readSteps(config), inferenceSteps, scheduler };
}

/** Of a policy whose noise is not diffusers'. Throws `PolicyConfigError`. */
export function readSteps(config: PlainMap): Steps {
  const count = (name: string) => countAt(config, ['policy', name], { least: 1, most: MAX_STEPS });
  return { horizon: count('horizon'), obsSteps: count('n_obs_steps'), actionSteps: count('n_action_steps') };
}
