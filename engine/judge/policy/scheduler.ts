/** The noise schedule that a config gives: diffusers' DDPM scheduler below `policy.noise_scheduler`. */
import { isPlainMap, type PlainMap } from '../../base/plain.js';
import { booleanAt, countAt, lastName, numberAt, optional, PolicyConfigError, textAt } from './config.js';
import type { ComparedSetting } from './family.js';
import type { SchedulerSpec } from './spec.js';

const CLASS = 'DDPMScheduler';

/** Defaults are those of diffusers. */
export function readScheduler(config: PlainMap): SchedulerSpec {
  const path = (name: string) => ['policy', 'noise_scheduler', name];
  requireClass(config, path('_target_'));
  const predictionType = textAt(config, path('prediction_type'), 'epsilon');
  if (predictionType !== 'epsilon' && predictionType !== 'sample' && predictionType !== 'v_prediction') {
    const message = `is ${JSON.stringify(predictionType)}, expected epsilon, sample or v_prediction`;
    throw new PolicyConfigError(path('prediction_type'), message);
  }
  return {
    trainTimesteps: countAt(config, path('num_train_timesteps'), { least: 1, most: 1e6, otherwise: 1000 }),
    betaStart: numberAt(config, path('beta_start'), 0.0001),
    betaEnd: numberAt(config, path('beta_end'), 0.02),
    betaSchedule: textAt(config, path('beta_schedule'), 'linear'),
    clipSample: booleanAt(config, path('clip_sample'), true),
    predictionType,
    varianceType: textAt(config, path('variance_type'), 'fixed_small'),
  };
}

/** What the network learnt to predict, and at which noise. */
const COMPARED = ['trainTimesteps', 'betaStart', 'betaEnd', 'betaSchedule', 'predictionType'] as const;

export function schedulerSettings(scheduler: SchedulerSpec): ComparedSetting[] {
  return COMPARED.map((name) => ({ name: `policy.noise_scheduler (${name})`, value: scheduler[name] }));
}

function requireClass(config: PlainMap, path: readonly string[]): void {
  const target = textAt(config, path);
  if (lastName(target) === CLASS) return;
  throw new PolicyConfigError(
    path,
    `is ${target}, expected a class named ${CLASS}`,
    isPlainMap(optional(config, ['policy'])) ? `Only ${CLASS} is supported.` : undefined,
  );
}
