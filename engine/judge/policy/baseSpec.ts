/** What every policy's constructor takes, whatever its family: steps and the noise schedule. */
import type { PlainMap } from '../../base/plain.js';
import { countAt, PolicyConfigError } from './config.js';
import { readScheduler } from './scheduler.js';
import type { PolicySpec, SchedulerSpec } from './spec.js';

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
    inferenceSteps: readInferenceSteps(config, scheduler),
    scheduler,
  };
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
