/** What every policy's constructor takes, whatever its family: steps and the noise schedule. */
import type { PlainMap } from '../../base/plain.js';
import { countAt, PolicyConfigError } from './config.js';
import { readScheduler } from './scheduler.js';
import type { PolicySpec, SchedulerSpec } from './spec.js';

type Steps = Pick<PolicySpec, 'horizon' | 'obsSteps' | 'actionSteps'>;
type BaseSpec = Steps & Pick<PolicySpec, 'inferenceSteps' | 'scheduler'>;

const MAX_STEPS = 1 << 16; // far above real policies

/** Throws `PolicyConfigError`. Without `num_inference_steps` a policy samples in all training steps. */
export function readBase(config: PlainMap): BaseSpec {
  const scheduler = readScheduler(config);
  return { ...readSteps(config), inferenceSteps: readInferenceSteps(config, scheduler), scheduler };
}

/** Of a policy whose noise is not diffusers'. Throws `PolicyConfigError`. */
export function readSteps(config: PlainMap): Steps {
  const count = (name: string) => countAt(config, ['policy', name], { least: 1, most: MAX_STEPS });
  return { horizon: count('horizon'), obsSteps: count('n_obs_steps'), actionSteps: count('n_action_steps') };
}

function readInferenceSteps(config: PlainMap, { trainTimesteps }: SchedulerSpec): number {
  const path = ['policy', 'num_inference_steps'];
  const steps = countAt(config, path, {
    least: 1,
    most: Math.max(MAX_STEPS, trainTimesteps),
    otherwise: trainTimesteps,
  });
  if (steps <= trainTimesteps) return steps;
  const message = `is ${steps}, but policy.noise_scheduler.num_train_timesteps is ${trainTimesteps}: a sampler takes no more steps than the training has noise levels`;
  throw new PolicyConfigError(
    path,
    message,
    `Use ${trainTimesteps} or fewer; some versions of diffusers return the noise itself instead of an error.`,
  );
}
