/** robomimic's image encoder, one for each camera: its keys, its features' width, what it sees, and how it starts. */
import type { Plain, PlainMap } from '../../base/plain.js';
import type { NormKind } from './batchNorm.js';
import { booleanAt, PolicyConfigError, shapeAt } from './config.js';
import { type AxisSegment, type ComparedSetting, type KeyPlace, namedBehind } from './family.js';
import type { InitialRule } from './initial.js';
import { KERNEL_2D, type ParameterListing } from './listing.js';
import { addResnet, RESNET_18, type ResnetNames, resnetRule, STAGE_WIDTHS } from './resnetKeys.js';
import { MAX_WIDTH } from './shapeMeta.js';
import type { ImageSize, ObservationSpec, PolicySpec } from './spec.js';
import { seenIn, viewOf } from './view.js';

const ENCODER = 'obs_encoder.';
const CAMERAS = `${ENCODER}obs_nets.`;
const KEY_POINTS = 32;
/** Width of one image's features: the key points' x and y, and a linear layer that keeps the width. */
const IMAGE_FEATURES = 2 * KEY_POINTS;
/** Children of the backbone; the first stage is the fourth. */
export const BACKBONE: ResnetNames = {
  stem: '0',
  stemNorm: '1',
  block: (stage, block) => `${stage + 4}.${block}`,
};

/** Columns that one observation takes in the encoder's output, which joins them in the order of `shape_meta.obs`. */
export function featureWidth(observation: ObservationSpec): number {
  return observation.type === 'rgb' ? IMAGE_FEATURES : observation.shape[0]!;
}

/** Of all observations of one step. */
export function featureWidths(observations: readonly ObservationSpec[]): number {
  return observations.reduce((width, obs) => width + featureWidth(obs), 0);
}

/** The encoder's output along an axis; `step` where each observed step has entries of its own. */
export function featureSegments(observations: readonly ObservationSpec[], step?: number): AxisSegment[] {
  return observations.map((obs) => ({
    of: 'observation',
    key: obs.key,
    width: featureWidth(obs),
    ...(step !== undefined && { step }),
  }));
}

/** Undefined where the key is not the encoder's. */
export function encoderPlace(key: string): KeyPlace | undefined {
  if (!key.startsWith(ENCODER)) return undefined;
  const camera = namedBehind(CAMERAS, key);
  return { part: 'encoder', ...(camera && { of: camera }) };
}

/** What a policy with this encoder has beside what every policy has. */
export interface RobomimicShape {
  readonly encoderNorm: NormKind;
}

export const GROUP_NORM_PATH = ['policy', 'obs_encoder_group_norm'] as const;

/** robomimic builds it with BatchNorm, which upstream replaces where the config says so. */
export function readEncoderNorm(config: PlainMap): NormKind {
  return booleanAt(config, GROUP_NORM_PATH, false) ? 'GroupNorm' : 'BatchNorm';
}

/** The setting by which the encoders have BatchNorm; undefined where they have none. */
export function robomimicBatchNorm({ encoderNorm }: RobomimicShape): string | undefined {
  return encoderNorm === 'BatchNorm' ? GROUP_NORM_PATH.join('.') : undefined;
}

/** Of tensors that are named alike under both norms, in part. */
export function comparedNorm({ encoderNorm }: RobomimicShape): ComparedSetting {
  return { name: GROUP_NORM_PATH.join('.'), value: encoderNorm === 'GroupNorm' };
}

export function addRobomimicEncoder(
  list: ParameterListing,
  hyper: Pick<PolicySpec, 'observations' | 'cropShape' | 'views'> & RobomimicShape,
): void {
  for (const obs of hyper.observations)
    if (obs.type === 'rgb') addCamera(list, obs, viewOf(hyper, obs.key).size, hyper.encoderNorm);
}

/**
 * robomimic's VisualCore of one camera: ResNet-18 without pooling and fc, spatial softmax, flatten, Linear. Its parts hang
 * once under their names and once in the sequence `nets`; cameras share nothing.
 */
function addCamera(list: ParameterListing, obs: ObservationSpec, crop: ImageSize, norm: NormKind): void {
  const core = `${CAMERAS}${obs.key}`;
  const parts = { names: BACKBONE, layout: RESNET_18, norm };
  addResnet(list, `${core}.backbone.nets`, obs.shape[0]!, parts);
  const cells = crop.map((side) => Math.ceil(side / 32)).reduce((a, b) => a * b);
  list.add(`${core}.pool.temperature`, [1], 'buffer');
  list.add(`${core}.pool.pos_x`, [1, cells], 'buffer');
  list.add(`${core}.pool.pos_y`, [1, cells], 'buffer');
  list.kernel(`${core}.pool.nets.weight`, [KEY_POINTS, STAGE_WIDTHS[3], 1, 1], KERNEL_2D);
  list.add(`${core}.pool.nets.bias`, [KEY_POINTS]);
  list.alias(`${core}.backbone.`, `${core}.nets.0.`);
  list.alias(`${core}.pool.`, `${core}.nets.1.`);
  list.layer(`${core}.nets.3`, IMAGE_FEATURES, IMAGE_FEATURES);
}

export const CROP_PATH = ['policy', 'crop_shape'] as const;
/** Upstream's default. */
const USUAL_CROP = [76, 76] as const;

/** Without a crop the whole image goes in; all cameras share the crop's size, so it must fit the smallest. */
export function readCrop(
  config: PlainMap,
  value: Plain | undefined,
  observations: readonly ObservationSpec[],
): Pick<PolicySpec, 'cropShape' | 'views'> {
  const images = observations.filter((obs) => obs.type === 'rgb');
  if (value === null) return seenIn(images.map(({ key, shape }) => ({ key, size: [shape[1]!, shape[2]!] })));
  const [height, width] = value === undefined ? USUAL_CROP : shapeAt(config, CROP_PATH, 2, MAX_WIDTH);
  const small = images.find((obs) => height > obs.shape[1]! || width > obs.shape[2]!);
  if (small !== undefined) {
    const message = `is [${height}, ${width}], larger than the image ${small.key} of [${small.shape.join(', ')}]`;
    throw new PolicyConfigError(
      CROP_PATH,
      message,
      'Choose a crop of about 90 % of the height and the width.',
    );
  }
  return { cropShape: [height!, width!] };
}

/** ResNet's own rule, and PyTorch's default for the two layers after it. `name` is the canonical key. */
export function encoderRule(name: string, shape: readonly number[]): InitialRule {
  if (name.includes('.pool.nets.')) return { kind: 'uniform', bound: 1 / Math.sqrt(STAGE_WIDTHS[3]) };
  if (name.includes('.nets.3.')) return { kind: 'uniform', bound: 1 / Math.sqrt(IMAGE_FEATURES) };
  const [, channels, height, width] = shape as [number, number, number, number];
  const replaced = height === 7 && channels !== 3; // the stem is a new layer unless the image has three channels
  if (replaced) return { kind: 'uniform', bound: 1 / Math.sqrt(channels * height * width) };
  return resnetRule(name, shape);
}

/** Of the spatial softmax. */
export function encoderBufferRule(name: string, spec: Pick<PolicySpec, 'cropShape' | 'views'>): InitialRule {
  if (name.endsWith('temperature')) return { kind: 'constant', value: 1 };
  const { size } = viewOf(spec, namedBehind(CAMERAS, name)!.name);
  return { kind: 'computed', values: () => positions(size, name.endsWith('pos_x') ? 'x' : 'y') };
}

/** Coordinates of the feature map's cells in -1 … 1, row by row; ResNet-18 divides the crop by 32, rounding up. */
function positions(crop: ImageSize, axis: 'x' | 'y'): Float32Array {
  const [rows, columns] = [Math.ceil(crop[0] / 32), Math.ceil(crop[1] / 32)];
  const spread = (index: number, count: number) => (count === 1 ? -1 : (2 * index) / (count - 1) - 1);
  return new Float32Array(rows * columns).map((_, cell) =>
    axis === 'x' ? spread(cell % columns, columns) : spread(Math.floor(cell / columns), rows),
  );
}
