/** Reads `policy.obs_encoder` where it is UMI's `TimmObsEncoder`, and refuses what its code fails on or what is not known here. */
import type { PlainMap } from '../../../base/plain.js';
import { shownJson } from '../../../base/shown.js';
import { MAX_STEPS } from '../baseSpec.js';
import type { NormKind } from '../batchNorm.js';
import { booleanAt, countAt, optional, PolicyConfigError, textAt } from '../config.js';
import { requireClass, requireSameObservations } from '../multiImageRead.js';
import { readObservations } from '../shapeMeta.js';
import type { ObservationSpec } from '../spec.js';
import { readAggregation } from './aggregationRead.js';
import { CHANNELS } from './keys.js';
import type { Downsampling } from './resnet.js';
import { MODEL_NAMES, type TimmModel, type TimmObservation, type TimmShape, timmModel } from './shape.js';
import { readSeenSize } from './transforms.js';

const ENCODER = ['policy', 'obs_encoder'] as const;
const OBSERVATIONS = ['policy', 'shape_meta', 'obs'] as const;
const below = (name: string): readonly string[] => [...ENCODER, name];

/** In the order of the config. Throws `PolicyConfigError`. */
export function readTimmObservations(config: PlainMap): TimmObservation[] {
  const observations = readObservations(config);
  requireSameObservations(config, observations);
  return observations.map((observation) => {
    const { key, type } = observation;
    const steps = countAt(config, [...OBSERVATIONS, key, 'horizon'], { least: 1, most: MAX_STEPS });
    const isIgnored = booleanAt(config, [...OBSERVATIONS, key, 'ignore_by_policy'], false);
    return { ...observation, steps, isUsed: type === 'rgb' || !isIgnored }; // upstream never ignores a camera
  });
}

/** Throws `PolicyConfigError`. */
export function readTimm(config: PlainMap, observations: readonly ObservationSpec[]): TimmShape {
  requireClass(config, ENCODER, 'TimmObsEncoder');
  requireNoPooling(config);
  const image = cameraImage(observations);
  const modelName = textAt(config, below('model_name'));
  const model = readModel(config, modelName);
  const isPretrained = required(config, 'pretrained');
  return {
    modelName,
    model,
    norm: readNorm(config, isPretrained),
    isPretrained,
    isFrozen: readFrozen(config, isPretrained),
    isShared: booleanAt(config, below('share_rgb_model'), false),
    ...readAggregation(config, { model, modelName, image, seen: readSeenSize(config, image) }),
  };
}

/** Upstream's constructor asserts it. */
export function requireNoPooling(config: PlainMap): void {
  const path = below('global_pool');
  const found = textAt(config, path);
  if (found === '') return;
  throw new PolicyConfigError(
    path,
    `is ${JSON.stringify(found)}, and TimmObsEncoder ends with an AssertionError unless it is ''`,
    "Use global_pool: '', and let feature_aggregation make one vector of the map.",
  );
}

/** (height, width), the same of all cameras, which upstream asserts. */
export function cameraImage(observations: readonly ObservationSpec[]): readonly [number, number] {
  const images = observations.filter(({ type }) => type === 'rgb');
  const path = (key: string, axis: number) => [...OBSERVATIONS, key, 'shape', String(axis)];
  const [first] = images;
  if (first === undefined)
    throw new PolicyConfigError(OBSERVATIONS, 'has no camera (type: rgb), and TimmObsEncoder needs one');
  for (const { key, shape } of images) {
    if (shape[0] !== CHANNELS)
      throw new PolicyConfigError(
        path(key, 0),
        `is ${shape[0]}, expected ${CHANNELS}: timm's model takes no other image`,
      );
    const other = [1, 2].find((axis) => shape[axis] !== first.shape[axis]);
    if (other !== undefined)
      throw new PolicyConfigError(
        path(key, other),
        `is ${shape[other]}, expected ${first.shape[other]} as for ${first.key}: TimmObsEncoder takes cameras of one size only`,
      );
  }
  return [first.shape[1]!, first.shape[2]!];
}

export function readModel(config: PlainMap, name: string): TimmModel {
  const model = timmModel(name, readDownsampling(config, name));
  if (model !== undefined) return model;
  throw new PolicyConfigError(
    below('model_name'),
    `is ${shownJson(name)}, a model of timm that is not known here; known are ${MODEL_NAMES.join(', ')}, each with or without the tag of its weights`,
    'Your own train.py trains it as it is.',
  );
}

/** Upstream cuts ResNets at two places, and a ConvNeXt at one. */
function readDownsampling(config: PlainMap, name: string): Downsampling {
  const path = below('downsample_ratio');
  const ratio = countAt(config, path, { least: 1, most: 1 << 10, otherwise: 32 });
  if (ratio === 32 || (ratio === 16 && name.startsWith('resnet'))) return ratio;
  if (name.startsWith('vit')) return 32; // which a vision transformer does not look at
  const expected = name.startsWith('resnet') ? '32 or 16' : '32';
  throw new PolicyConfigError(
    path,
    `is ${ratio}, expected ${expected}: TimmObsEncoder cuts ${name} nowhere else`,
  );
}

/** Upstream's constructor has no default for these. */
function required(config: PlainMap, name: string): boolean {
  if (optional(config, below(name)) === undefined)
    throw new PolicyConfigError(
      below(name),
      'is missing, expected true or false: TimmObsEncoder has no default for it',
    );
  return booleanAt(config, below(name), false);
}

function readFrozen(config: PlainMap, isPretrained: boolean): boolean {
  const isFrozen = booleanAt(config, below('frozen'), false); // the class had no such setting at first
  if (isPretrained || !isFrozen) return isFrozen;
  throw new PolicyConfigError(
    below('frozen'),
    'is true without pretrained: TimmObsEncoder ends with an AssertionError, because random weights would never learn',
    'Set pretrained to true, or frozen to false.',
  );
}

/** Upstream replaces the norms of a ResNet only where it starts from random values. */
export function readNorm(config: PlainMap, isPretrained: boolean): NormKind {
  const isReplaced = booleanAt(config, below('use_group_norm'), false) && !isPretrained;
  return isReplaced ? 'GroupNorm' : 'BatchNorm';
}
