/** The policy that a config describes: hyper-parameters, and every key and shape of its state dict. No tensors. */
import { isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { requireKnownPolicy } from './classes.js';
import {
  booleanAt,
  countAt,
  lastName,
  mapAt,
  numberAt,
  optional,
  PolicyConfigError,
  shapeAt,
  textAt,
} from './config.js';
import { policyParameters } from './keys.js';

export interface ObservationSpec {
  readonly key: string;
  readonly type: 'rgb' | 'low_dim';
  /** (C,H,W) of an image, (D) of a low-dimensional observation. */
  readonly shape: readonly number[];
}

export interface SchedulerSpec {
  readonly trainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly betaSchedule: string;
  readonly clipSample: boolean;
  readonly predictionType: 'epsilon' | 'sample' | 'v_prediction';
  readonly varianceType: string;
}

/** One entry of the state dict. */
export interface ParameterSpec {
  readonly key: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
  /** `parameter` is trained, `buffer` is not (masks, positions), `normalizer` is fitted on the data. */
  readonly kind: 'parameter' | 'buffer' | 'normalizer';
  /** The earlier key that is the same tensor. */
  readonly alias?: string;
}

export interface PolicySpec {
  readonly actionDim: number;
  /** In the order of `shape_meta.obs`. */
  readonly observations: readonly ObservationSpec[];
  readonly horizon: number;
  readonly obsSteps: number;
  readonly actionSteps: number;
  readonly cropShape: readonly [number, number];
  readonly layers: number;
  readonly condLayers: number;
  readonly heads: number;
  readonly embedding: number;
  readonly dropEmbedding: number;
  readonly dropAttention: number;
  readonly causalAttention: boolean;
  readonly timeAsCond: boolean;
  readonly obsAsCond: boolean;
  readonly inferenceSteps: number;
  readonly scheduler: SchedulerSpec;
  /** Width of the encoder's output, concatenated in the order of `observations`. */
  readonly obsFeatureDim: number;
  /** Every key in the order of upstream's state dict. */
  readonly parameters: readonly ParameterSpec[];
}

/** `resolved` is a whole resolved training config (its `policy`, `shape_meta` and horizons are read). */
export type PolicySpecOf = (resolved: PlainMap) => PolicySpec;

/** Width of one image's features: 32 key points, x and y each, and a linear layer that keeps the width. */
export const IMAGE_FEATURES = 64;

const SCHEDULER_CLASS = 'DDPMScheduler';
const MAX_LAYERS = 256; // far above real policies; a typing slip must not become a million keys
const MAX_OBSERVATIONS = 256; // likewise
const MAX_WIDTH = 1 << 20; // likewise, for dimensions

/**
 * Reads what the policy's constructor would be called with (`policy.*`, upstream's defaults where a key is absent) and
 * lists the state dict that it would have. Throws `PolicyConfigError` naming the dotted path of what is missing or wrong.
 */
export const policySpec: PolicySpecOf = (resolved) => {
  const policy = mapAt(resolved, ['policy']);
  requireKnownPolicy(resolved);
  refuseUnsupported(resolved);
  const observations = readObservations(resolved);
  const hyper = {
    ...readModel(resolved),
    actionDim: shapeAt(resolved, ['policy', 'shape_meta', 'action', 'shape'], 1, MAX_WIDTH)[0]!,
    observations,
    cropShape: readCrop(resolved, policy.crop_shape, observations),
    obsFeatureDim: observations.reduce((width, obs) => width + featureWidth(obs), 0),
  };
  return { ...hyper, parameters: policyParameters(hyper) };
};

/** Columns that one observation takes in the encoder's output. */
export function featureWidth(observation: ObservationSpec): number {
  return observation.type === 'rgb' ? IMAGE_FEATURES : observation.shape[0]!;
}

function readModel(config: PlainMap) {
  const count = (name: string, least: number, most: number, otherwise?: number) =>
    countAt(config, ['policy', name], { least, most, otherwise });
  const scheduler = readScheduler(config);
  const model = {
    horizon: count('horizon', 1, 1 << 16),
    obsSteps: count('n_obs_steps', 1, 1 << 16),
    actionSteps: count('n_action_steps', 1, 1 << 16),
    layers: count('n_layer', 1, MAX_LAYERS, 8),
    condLayers: count('n_cond_layers', 0, MAX_LAYERS, 0),
    heads: count('n_head', 1, 1 << 12, 4),
    embedding: count('n_emb', 2, MAX_WIDTH, 256),
    dropEmbedding: numberAt(config, ['policy', 'p_drop_emb'], 0),
    dropAttention: numberAt(config, ['policy', 'p_drop_attn'], 0.3),
    causalAttention: booleanAt(config, ['policy', 'causal_attn'], true),
    timeAsCond: true,
    obsAsCond: true,
    inferenceSteps: count('num_inference_steps', 1, scheduler.trainTimesteps, scheduler.trainTimesteps),
    scheduler,
  };
  if (model.embedding % model.heads !== 0) {
    const message = `is ${model.heads}, which does not divide policy.n_emb ${model.embedding}`;
    throw new PolicyConfigError(['policy', 'n_head'], message, 'Each head takes n_emb / n_head columns.');
  }
  if (model.embedding % 2 !== 0) {
    throw new PolicyConfigError(['policy', 'n_emb'], `is ${model.embedding}, expected an even number`);
  }
  return model;
}

function readScheduler(config: PlainMap): SchedulerSpec {
  const path = (name: string) => ['policy', 'noise_scheduler', name];
  requireClass(config, path('_target_'), SCHEDULER_CLASS);
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

function readObservations(config: PlainMap): ObservationSpec[] {
  const path = ['policy', 'shape_meta', 'obs'];
  const keys = Object.keys(mapAt(config, path));
  if (keys.length === 0 || keys.length > MAX_OBSERVATIONS) {
    throw new PolicyConfigError(path, `has ${keys.length} entries, expected 1 to ${MAX_OBSERVATIONS}`);
  }
  return keys.map((key) => {
    const type = textAt(config, [...path, key, 'type'], 'low_dim');
    if (type !== 'rgb' && type !== 'low_dim') {
      throw new PolicyConfigError(
        [...path, key, 'type'],
        `is ${JSON.stringify(type)}, expected rgb or low_dim`,
      );
    }
    return { key, type, shape: shapeAt(config, [...path, key, 'shape'], type === 'rgb' ? 3 : 1, MAX_WIDTH) };
  });
}

/** Without a crop the whole image goes in; all cameras share the crop's size, so it must fit the smallest. */
function readCrop(
  config: PlainMap,
  value: Plain | undefined,
  observations: readonly ObservationSpec[],
): [number, number] {
  const path = ['policy', 'crop_shape'];
  const images = observations.filter((obs) => obs.type === 'rgb');
  if (value === null) {
    const [first, ...others] = images.map((obs) => obs.shape.slice(1));
    if (first === undefined) return [0, 0];
    if (others.some((shape) => shape[0] !== first[0] || shape[1] !== first[1])) {
      const message = 'is null while the images of shape_meta.obs have different sizes';
      throw new PolicyConfigError(path, message, 'Give a crop shape that fits all of them.');
    }
    return [first[0]!, first[1]!];
  }
  const [height, width] = value === undefined ? [76, 76] : shapeAt(config, path, 2, MAX_WIDTH);
  const small = images.find((obs) => height! > obs.shape[1]! || width! > obs.shape[2]!);
  if (small !== undefined) {
    const message = `is [${height}, ${width}], larger than the image ${small.key} of [${small.shape.join(', ')}]`;
    throw new PolicyConfigError(path, message, 'Choose a crop of about 90 % of the height and the width.');
  }
  return [height!, width!];
}

/** Switches of upstream's policy that lead to another network than the one that is described here. */
function refuseUnsupported(config: PlainMap): void {
  const needed: readonly (readonly [string, boolean, boolean, string])[] = [
    ['obs_as_cond', true, true, 'inpainting of observations is not supported'],
    ['time_as_cond', true, true, 'the encoder-only transformer is not supported'],
    [
      'obs_encoder_group_norm',
      true,
      false,
      'an encoder with BatchNorm is not supported (and does not go with EMA)',
    ],
    ['pred_action_steps_only', false, false, 'predicting the executed steps only is not supported'],
  ];
  for (const [name, expected, otherwise, reason] of needed) {
    const found = booleanAt(config, ['policy', name], otherwise);
    if (found !== expected) {
      const absent = optional(config, ['policy', name]) === undefined ? ' (absent, upstream’s default)' : '';
      throw new PolicyConfigError(['policy', name], `is ${found}${absent}, expected ${expected}: ${reason}`);
    }
  }
}

function requireClass(config: PlainMap, path: readonly string[], expected: string): void {
  const target = textAt(config, path);
  if (lastName(target) === expected) return;
  throw new PolicyConfigError(
    path,
    `is ${target}, expected a class named ${expected}`,
    isPlainMap(optional(config, ['policy'])) ? `Only ${expected} is supported.` : undefined,
  );
}
