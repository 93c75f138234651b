/** The noise schedule of LeRobot's diffusion policy, whose settings stand directly in its config. */
import type { PlainMap } from '../../../base/plain.js';
import { booleanAt, countAt, numberAt, PolicyConfigError, textAt } from '../config.js';
import type { ComparedSetting } from '../family.js';
import type { SchedulerSpec } from '../spec.js';

const SCHEDULES = ['squaredcos_cap_v2', 'linear', 'scaled_linear', 'sigmoid'] as const;

/** As `policy.noise_scheduler` gives it in upstream's configs, with LeRobot's defaults. Throws `PolicyConfigError`. */
export function readNoise(config: PlainMap): PlainMap {
  const path = (name: string) => ['policy', name];
  const oneOf = (name: string, choices: readonly [string, ...string[]]): string => {
    const found = textAt(config, path(name), choices[0]);
    if (choices.includes(found)) return found;
    throw new PolicyConfigError(path(name), `is ${JSON.stringify(found)}, expected ${choices.join(' or ')}`);
  };
  return {
    _target_: `diffusers.${oneOf('noise_scheduler_type', ['DDPM', 'DDIM'])}Scheduler`,
    num_train_timesteps: countAt(config, path('num_train_timesteps'), {
      least: 1,
      most: 1e6,
      otherwise: 100,
    }),
    beta_schedule: oneOf('beta_schedule', SCHEDULES),
    beta_start: numberAt(config, path('beta_start'), 0.0001),
    beta_end: numberAt(config, path('beta_end'), 0.02),
    prediction_type: oneOf('prediction_type', ['epsilon', 'sample']),
    clip_sample: booleanAt(config, path('clip_sample'), true),
    clip_sample_range: numberAt(config, path('clip_sample_range'), 1),
  };
}

/** What the network learnt to predict, and at which noise. */
export function noiseSettings(scheduler: SchedulerSpec): ComparedSetting[] {
  return [
    { name: 'policy.num_train_timesteps', value: scheduler.trainTimesteps },
    { name: 'policy.beta_schedule', value: scheduler.betaSchedule },
    { name: 'policy.beta_start', value: scheduler.betaStart },
    { name: 'policy.beta_end', value: scheduler.betaEnd },
    { name: 'policy.prediction_type', value: scheduler.predictionType },
  ];
}
