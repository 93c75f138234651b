/** The training options of a resolved config, validated; the policy itself is read by `policySpec`. */
import { asNumber, at, isPlainMap, type PlainMap } from '../base/plain.js';
import {
  booleanAt,
  countAt,
  mapAt,
  numberAt,
  optional,
  PolicyConfigError,
  textAt,
} from '../judge/policy/config.js';
import { familyOf } from '../judge/policy/families.js';
import type { OptimizerSettings } from '../judge/policy/family.js';
import { type RegripOptions, readRegripOptions } from './regripOptions.js';
import type { TopKOptions } from './topK.js';

export interface DatasetOptions {
  readonly horizon: number;
  readonly padBefore: number;
  readonly padAfter: number;
  readonly latencySteps: number;
  readonly seed: number;
  readonly valRatio: number;
  readonly maxTrainEpisodes: number | undefined;
}

/** Of the moving average of the weights: the decay's warm-up and bounds. */
export interface EmaOptions {
  readonly updateAfterStep: number;
  readonly invGamma: number;
  readonly power: number;
  readonly minValue: number;
  readonly maxValue: number;
}

export interface TrainOptions {
  readonly seed: number;
  /** The total, also after a resume. */
  readonly epochs: number;
  readonly accumulate: number;
  readonly useEma: boolean;
  readonly resume: boolean;
  readonly scheduler: string;
  readonly warmupSteps: number;
  readonly checkpointEvery: number;
  readonly valEvery: number;
  readonly sampleEvery: number;
  readonly maxTrainSteps: number | undefined;
  readonly maxValSteps: number | undefined;
  readonly batchSize: number;
  readonly valBatchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly optimizer: OptimizerSettings;
  readonly ema: EmaOptions;
  readonly topK: TopKOptions;
  readonly saveLatest: boolean;
  readonly dataset: DatasetOptions;
  readonly regrip: RegripOptions;
}

/** Far above real runs; stops numbers that would only overflow later. */
const MANY = 1_000_000_000;
/** A batch of this many image windows would already take gigabytes. */
const MAX_BATCH = 65_536;

/** Throws a `policy-config` error that names the dotted key. */
export function readTrainOptions(config: PlainMap): TrainOptions {
  const count = (key: string, least: number, otherwise?: number): number =>
    countAt(config, key.split('.'), { least, most: MANY, otherwise });
  const debug = booleanAt(config, ['training', 'debug'], false);
  const every = (key: string, otherwise?: number): number =>
    debug ? 1 : count(`training.${key}`, 1, otherwise);
  return {
    seed: count('training.seed', 0, 42),
    epochs: debug ? 2 : count('training.num_epochs', 1),
    accumulate: count('training.gradient_accumulate_every', 1, 1),
    useEma: booleanAt(config, ['training', 'use_ema'], true),
    resume: booleanAt(config, ['training', 'resume'], false),
    scheduler: textAt(config, ['training', 'lr_scheduler'], 'cosine'),
    warmupSteps: count('training.lr_warmup_steps', 0, 0),
    checkpointEvery: every('checkpoint_every', 1),
    valEvery: every('val_every', 1),
    sampleEvery: every('sample_every', 1),
    maxTrainSteps: debug ? 3 : limit(config, ['training', 'max_train_steps']),
    maxValSteps: debug ? 3 : limit(config, ['training', 'max_val_steps']),
    batchSize: countAt(config, ['dataloader', 'batch_size'], { least: 1, most: MAX_BATCH }),
    valBatchSize: countAt(config, ['val_dataloader', 'batch_size'], {
      least: 1,
      most: MAX_BATCH,
      otherwise: 64,
    }),
    shuffle: booleanAt(config, ['dataloader', 'shuffle'], false),
    dropLast: booleanAt(config, ['dataloader', 'drop_last'], false),
    optimizer: familyOf(config).optimizerSettings(config),
    ema: readEma(config),
    topK: readTopK(config),
    saveLatest: booleanAt(config, ['checkpoint', 'save_last_ckpt'], true),
    dataset: readDataset(config),
    regrip: readRegripOptions(config),
  };
}

/** Defaults are those of upstream's `EMAModel`. */
function readEma(config: PlainMap): EmaOptions {
  return {
    updateAfterStep: numberAt(config, ['ema', 'update_after_step'], 0),
    invGamma: numberAt(config, ['ema', 'inv_gamma'], 1),
    power: numberAt(config, ['ema', 'power'], 2 / 3),
    minValue: numberAt(config, ['ema', 'min_value'], 0),
    maxValue: numberAt(config, ['ema', 'max_value'], 0.9999),
  };
}

function readTopK(config: PlainMap): TopKOptions {
  const path = ['checkpoint', 'topk'];
  if (optional(config, path) === undefined)
    return { monitorKey: 'train_loss', mode: 'min', k: 0, formatStr: '' };
  mapAt(config, path);
  const mode = textAt(config, [...path, 'mode'], 'min');
  if (mode !== 'min' && mode !== 'max')
    throw new PolicyConfigError([...path, 'mode'], `is '${mode}', expected min or max`);
  return {
    monitorKey: textAt(config, [...path, 'monitor_key']),
    mode,
    k: countAt(config, [...path, 'k'], { least: 0, most: 10_000, otherwise: 1 }),
    formatStr: textAt(config, [...path, 'format_str'], 'epoch={epoch:03d}-train_loss={train_loss:.3f}.ckpt'),
  };
}

function readDataset(config: PlainMap): DatasetOptions {
  const path = ['task', 'dataset'];
  const count = (key: string, otherwise?: number): number =>
    countAt(config, [...path, key], { least: 0, most: MANY, otherwise });
  return {
    horizon: count('horizon', asNumber(at(config, ['policy', 'shape_meta', 'action', 'horizon']))),
    padBefore: count('pad_before', 0),
    padAfter: count('pad_after', 0),
    latencySteps: count('n_latency_steps', 0),
    seed: count('seed', 42),
    valRatio: numberAt(config, [...path, 'val_ratio'], 0),
    maxTrainEpisodes: limit(config, [...path, 'max_train_episodes']),
  };
}

/** A count; null or absent means no limit. */
function limit(config: PlainMap, path: readonly string[]): number | undefined {
  const value = optional(config, path);
  return value === undefined || value === null ? undefined : countAt(config, path, { least: 1, most: MANY });
}

/** `pretrained.path` when `pretrained.load_weights` is true. */
export function pretrainedPath(config: PlainMap): string | undefined {
  if (!isPlainMap(at(config, ['pretrained'])) || !booleanAt(config, ['pretrained', 'load_weights'], false))
    return undefined;
  return textAt(config, ['pretrained', 'path']);
}
