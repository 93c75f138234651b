/** What every policy's constructor takes, whatever its family: steps and the noise schedule. */
import type { PlainMap } from '../../base/plain.js';
import { countAt } from './config.js';
import { readScheduler } from './scheduler.js';
import type { PolicySpec } from './spec.js';

type BaseSpec = Pick<PolicySpec, 'horizon' | 'obsSteps' | 'actionSteps' | 'inferenceSteps' | 'scheduler'>;

const MAX_STEPS = 1 << 16; // far above real policies

/** Throws `PolicyConfigError`. Without `num_inference_steps` a policy samples in all training steps. */
export function readBase(config: PlainMap): BaseSpec {
  const count = (name: string, most: number, otherwise?: number) =>
    countAt(config, ['policy', name], { least: 1, most, otherwise });
  const scheduler = readScheduler(config);
  return {
    horizon: count('horizon', MAX_STEPS),
    obsSteps: count('n_obs_steps', MAX_STEPS),
    actionSteps: count('n_action_steps', MAX_STEPS),
    inferenceSteps: count('num_inference_steps', scheduler.trainTimesteps, scheduler.trainTimesteps),
    scheduler,
  };
}
