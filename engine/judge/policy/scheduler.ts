/** The noise schedule that a config gives: diffusers' DDPM or DDIM scheduler below `policy.noise_scheduler`. */
import type { PlainMap } from '../../base/plain.js';
import { booleanAt, countAt, lastName, numberAt, optional, PolicyConfigError, textAt } from './config.js';
import type { ComparedSetting } from './family.js';
import type { SchedulerSpec } from './spec.js';

/** Both noise alike in training; a class stands for the way in which the policy samples. */
const SAMPLERS: Readonly<Record<string, SchedulerSpec['sampler']>> = {
  DDPMScheduler: 'ddpm',
  DDIMScheduler: 'ddim',
};
/** Arguments that one of the two classes takes and the other, in no version of diffusers. */
export const OWN_ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  DDPMScheduler: ['variance_type'],
  DDIMScheduler: ['set_alpha_to_one'],
};

const PATH = ['policy', 'noise_scheduler'] as const;
const TRAIN_TIMESTEPS = [...PATH, 'num_train_timesteps'] as const;

/** Defaults are those of diffusers. */
export function readScheduler(config: PlainMap): SchedulerSpec {
  const path = (name: string) => [...PATH, name];
  const sampler = readSampler(config);
  refuseOtherBetas(config);
  return {
    sampler,
    trainTimesteps: readTrainTimesteps(config),
    betaStart: numberAt(config, path('beta_start'), 0.0001),
    betaEnd: numberAt(config, path('beta_end'), 0.02),
    betaSchedule: textAt(config, path('beta_schedule'), 'linear'),
    clipSample: booleanAt(config, path('clip_sample'), true),
    clipRange: numberAt(config, path('clip_sample_range'), 1),
    thresholding: booleanAt(config, path('thresholding'), false),
    predictionType: oneOf(config, 'prediction_type', ['epsilon', 'sample', 'v_prediction']),
    varianceType: textAt(config, path('variance_type'), 'fixed_small'),
    timestepSpacing: oneOf(config, 'timestep_spacing', ['leading', 'linspace', 'trailing']),
    stepsOffset: countAt(config, path('steps_offset'), { least: 0, most: 1e6, otherwise: 0 }),
    endsClean: sampler === 'ddpm' || booleanAt(config, path('set_alpha_to_one'), true),
  };
}

/** Far above real samplers. */
const MAX_SAMPLING_STEPS = 1e6;

/** Steps of a sampler, all noise levels of the training where the config gives none. Throws `PolicyConfigError`. */
export function readSamplingSteps(
  config: PlainMap,
  path: readonly string[],
  trainTimesteps: number,
  otherwise = trainTimesteps,
): number {
  const usual = Math.min(otherwise, trainTimesteps);
  const steps = countAt(config, path, { least: 1, most: MAX_SAMPLING_STEPS, otherwise: usual });
  if (steps <= trainTimesteps) return steps;
  throw new PolicyConfigError(
    path,
    `is ${steps}, but ${TRAIN_TIMESTEPS.join('.')} is ${trainTimesteps}: a sampler takes no more steps than the training has noise levels`,
    `Use ${trainTimesteps} or fewer; some versions of diffusers return the noise itself instead of an error.`,
  );
}

/** Noise levels of the training. Throws `PolicyConfigError`. */
export function readTrainTimesteps(config: PlainMap): number {
  return countAt(config, TRAIN_TIMESTEPS, { least: 1, most: 1e6, otherwise: 1000 });
}

/** What the network learnt to predict, and at which noise. */
const COMPARED = ['trainTimesteps', 'betaStart', 'betaEnd', 'betaSchedule', 'predictionType'] as const;

export function schedulerSettings(scheduler: SchedulerSpec): ComparedSetting[] {
  return COMPARED.map((name) => ({ name: `policy.noise_scheduler (${name})`, value: scheduler[name] }));
}

function readSampler(config: PlainMap): SchedulerSpec['sampler'] {
  const path = [...PATH, '_target_'];
  const target = textAt(config, path);
  const name = lastName(target);
  if (Object.hasOwn(SAMPLERS, name)) return SAMPLERS[name]!;
  const known = Object.keys(SAMPLERS).join(' or ');
  throw new PolicyConfigError(
    path,
    `is ${target}, expected a class named ${known}`,
    `Only ${known} is supported: what another schedule trains and samples is not known.`,
  );
}

/** Betas that come from elsewhere than the four settings that are read. */
function refuseOtherBetas(config: PlainMap): void {
  if ((optional(config, [...PATH, 'trained_betas']) ?? null) !== null)
    throw new PolicyConfigError([...PATH, 'trained_betas'], 'is given, expected null: not supported');
  if (booleanAt(config, [...PATH, 'rescale_betas_zero_snr'], false))
    throw new PolicyConfigError(
      [...PATH, 'rescale_betas_zero_snr'],
      'is true, expected false: not supported',
    );
}

/** One of these texts; the first of them where none is given. */
function oneOf<T extends string>(config: PlainMap, name: string, choices: readonly [T, ...T[]]): T {
  const path = [...PATH, name];
  const text = textAt(config, path, choices[0]);
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const expected = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
  throw new PolicyConfigError(path, `is ${JSON.stringify(text)}, expected ${expected}`);
}
