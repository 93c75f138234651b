/** The noise of consistency-policy below `policy.noise_scheduler`: Karras' times instead of diffusers' steps. */
import type { PlainMap } from '../../../base/plain.js';
import { lastName, numberAt, PolicyConfigError, textAt } from '../config.js';
import type { ComparedSetting } from '../family.js';
import type { SchedulerSpec } from '../spec.js';
import type { KarrasSpec } from './spec.js';

const PATH = ['policy', 'noise_scheduler'] as const;

/** `name` is the class that this policy takes. Throws `PolicyConfigError`. */
export function readKarras(config: PlainMap, name: string): KarrasSpec {
  const target = textAt(config, [...PATH, '_target_']);
  if (lastName(target) !== name)
    throw new PolicyConfigError([...PATH, '_target_'], `is ${target}, expected a class named ${name}`);
  return {
    timeMin: numberAt(config, [...PATH, 'time_min']),
    timeMax: numberAt(config, [...PATH, 'time_max']),
    rho: numberAt(config, [...PATH, 'rho']),
    dataStd: numberAt(config, [...PATH, 'data_std']),
    scaling: textAt(config, [...PATH, 'scaling']),
  };
}

/** What the network learnt to predict, and at which noise; `rho` only spaces the times. */
export function karrasSettings({ timeMin, timeMax, dataStd, scaling }: KarrasSpec): ComparedSetting[] {
  const settings = { time_min: timeMin, time_max: timeMax, data_std: dataStd, scaling };
  return Object.entries(settings).map(([name, value]) => ({ name: `policy.noise_scheduler.${name}`, value }));
}

/** In the place of a schedule of diffusers: no network here trains or samples such a policy. */
export const NOT_DIFFUSERS: SchedulerSpec = {
  sampler: 'ddpm',
  trainTimesteps: 1,
  betaStart: 0,
  betaEnd: 0,
  betaSchedule: 'linear',
  clipSample: false,
  clipRange: 1,
  thresholding: false,
  predictionType: 'sample',
  varianceType: 'fixed_small',
  timestepSpacing: 'leading',
  stepsOffset: 0,
  endsClean: true,
};
