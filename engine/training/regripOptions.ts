/** The config's `regrip` section: options of the builtin trainer beyond upstream's, all optional. */
import { isPlainMap, type PlainMap } from '../base/plain.js';
import { shownJson } from '../base/shown.js';
import { booleanAt, countAt, numberAt, optional, PolicyConfigError, textAt } from '../judge/policy/config.js';
import { ACTION_NAMES, OBSERVATION_NAMES } from '../judge/policy/dimensionNames.js';
import { knownFamily } from '../judge/policy/families.js';
import { readSamplingSteps, readTrainTimesteps } from '../judge/policy/scheduler.js';

export interface RegripOptions {
  /** Train everything but the image encoder, on image features that are computed once. */
  readonly freezeEncoder: boolean;
  /** Random crops cached per frame, besides the centre crop. */
  readonly cachedCrops: number;
  readonly lrMultiplier: { readonly widened: number; readonly inherited: number };
  readonly lossWeighting: 'none' | 'high_noise';
  readonly lossWeightCap: number;
  /** Draws of noise and time step for each window in a step; the images are encoded once for all of them. */
  readonly noiseSamples: number;
  readonly normalizer: 'keep' | 'refit' | undefined;
  readonly sample: ValidationSampling;
  readonly backend: string;
}

/** How actions are sampled. */
export interface SampleOptions {
  readonly method: 'ddim' | 'ddpm';
  readonly steps: number;
}

/** How a training samples on validation episodes. */
interface ValidationSampling extends SampleOptions {
  /** The maximum number of chunks sampled in one validation. */
  readonly windows: number;
}

const KNOWN = [
  'freeze_encoder',
  'cached_crops',
  'lr_multiplier',
  'loss_weighting',
  'loss_weight_cap',
  'noise_samples',
  'normalizer',
  'sample',
  'backend',
  ...[ACTION_NAMES, OBSERVATION_NAMES].map(([, name]) => name), // an adaptation's: the policy reads them
];

export function readRegripOptions(config: PlainMap): RegripOptions {
  const section = optional(config, ['regrip']) ?? {};
  onlyKnown(section, ['regrip'], KNOWN);
  onlyKnown(
    optional(config, ['regrip', 'lr_multiplier']) ?? {},
    ['regrip', 'lr_multiplier'],
    ['widened', 'inherited'],
  );
  const frozen = isFrozenUpstream(config);
  const crops = { least: 0, most: 64, otherwise: frozen ? 0 : 4 };
  return {
    freezeEncoder: booleanAt(config, ['regrip', 'freeze_encoder'], frozen),
    cachedCrops: countAt(config, ['regrip', 'cached_crops'], crops),
    lrMultiplier: {
      widened: factor(config, ['regrip', 'lr_multiplier', 'widened']),
      inherited: factor(config, ['regrip', 'lr_multiplier', 'inherited']),
    },
    lossWeighting: choice(config, ['regrip', 'loss_weighting'], ['none', 'high_noise'], 'none'),
    lossWeightCap: positive(config, ['regrip', 'loss_weight_cap'], 20),
    noiseSamples: countAt(config, ['regrip', 'noise_samples'], { least: 1, most: 64, otherwise: 1 }),
    normalizer: optionalChoice(config, ['regrip', 'normalizer'], ['keep', 'refit']),
    sample: readSample(config),
    backend: textAt(config, ['regrip', 'backend'], 'auto'),
  };
}

/** Upstream sets a frozen encoder to evaluation mode, in which it sees the centre crop alone. */
function isFrozenUpstream(config: PlainMap): boolean {
  const path = knownFamily(config)?.freezePath;
  return path !== undefined && booleanAt(config, path.split('.'), false);
}

/** Of a validation, where neither the config nor the training's noise levels say less. */
const USUAL_STEPS = 8;

function readSample(config: PlainMap): ValidationSampling {
  const path = ['regrip', 'sample'];
  onlyKnown(optional(config, path) ?? {}, path, ['method', 'steps', 'windows']);
  return {
    method: choice(config, [...path, 'method'], ['ddim', 'ddpm'], 'ddim'),
    steps: readSamplingSteps(config, [...path, 'steps'], readTrainTimesteps(config), USUAL_STEPS),
    windows: countAt(config, [...path, 'windows'], { least: 0, most: 100_000, otherwise: 128 }),
  };
}

function onlyKnown(section: unknown, path: readonly string[], known: readonly string[]): void {
  if (!isPlainMap(section as PlainMap)) throw new PolicyConfigError(path, 'is not a mapping');
  const stranger = Object.keys(section as PlainMap).find((key) => !known.includes(key));
  if (stranger !== undefined)
    throw new PolicyConfigError([...path, stranger], `is not an option`, `Known: ${known.join(', ')}.`);
}

function choice<T extends string>(
  config: PlainMap,
  path: readonly string[],
  choices: readonly T[],
  otherwise: T,
): T {
  return optionalChoice(config, path, choices) ?? otherwise;
}

function optionalChoice<T extends string>(
  config: PlainMap,
  path: readonly string[],
  choices: readonly T[],
): T | undefined {
  const value = optional(config, path);
  if (value === undefined || value === null) return undefined;
  const found = choices.find((one) => one === value);
  if (found === undefined)
    throw new PolicyConfigError(path, `is ${shownJson(value)}, expected ${choices.join(' or ')}`);
  return found;
}

function factor(config: PlainMap, path: readonly string[]): number {
  const value = numberAt(config, path, 1);
  if (value < 0) throw new PolicyConfigError(path, `is ${value}, expected zero or more`);
  return value;
}

function positive(config: PlainMap, path: readonly string[], otherwise: number): number {
  const value = numberAt(config, path, otherwise);
  if (value <= 0) throw new PolicyConfigError(path, `is ${value}, expected more than zero`);
  return value;
}
