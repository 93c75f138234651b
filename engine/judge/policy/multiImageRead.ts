/** Reads `policy.obs_encoder` where it is upstream's `MultiImageObsEncoder`, and refuses what its code fails on or what is not supported. */
import { isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import type { NormKind } from './batchNorm.js';
import { booleanAt, lastName, mapAt, optional, PolicyConfigError, shapeAt, textAt } from './config.js';
import { CHANNELS, ENCODER_PATH, type MultiImageShape, WEIGHTS_PATH } from './multiImageEncoder.js';
import { RESNETS } from './resnetKeys.js';
import { readObservations } from './shapeMeta.js';
import type { CameraView, ObservationSpec } from './spec.js';

const below = (...names: readonly string[]): readonly string[] => [...ENCODER_PATH, ...names];
const MODEL = below('rgb_model');
/** Far above real images. */
const MAX_SIDE = 1 << 14;
/** A ResNet's feature map has one cell for as many pixels along each side, rounded up. */
const PIXELS_PER_CELL = 32;

interface MultiImage {
  readonly encoder: MultiImageShape;
  /** In the order of the encoder. */
  readonly views: readonly CameraView[];
}

/** `observations` in the order of the encoder. Throws `PolicyConfigError`. */
export function readMultiImage(config: PlainMap, observations: readonly ObservationSpec[]): MultiImage {
  requireClass(config, ENCODER_PATH, 'MultiImageObsEncoder');
  requireSameObservations(config, observations);
  const images = observations.filter(({ type }) => type === 'rgb');
  const resnet = readResnet(config);
  requireColour(images);
  const weights = optional(config, WEIGHTS_PATH) ?? null;
  const isShared = booleanAt(config, below('share_rgb_model'), false);
  const encoder: MultiImageShape = {
    resnet,
    ...(weights !== null && { weights: textAt(config, WEIGHTS_PATH) }),
    norm: readNorm(config, isShared),
    isShared,
    imagenetNorm: booleanAt(config, below('imagenet_norm'), false),
  };
  const views = images.map((image) => readView(config, image));
  requireBuildable(encoder, views);
  return { encoder, views };
}

/** Upstream's constructor shows the encoder one black image of each camera, in training mode. */
function requireBuildable({ norm, isShared }: MultiImageShape, views: readonly CameraView[]): void {
  const [first, ...others] = views;
  const odd = isShared ? others.find(({ size }) => size.join() !== first!.size.join()) : undefined;
  if (odd !== undefined)
    throw new PolicyConfigError(
      below('share_rgb_model'),
      `is true, but the ResNet would see ${first!.key} in [${first!.size.join(', ')}] and ${odd.key} in [${odd.size.join(', ')}]: it takes the images of all cameras together`,
      'Give one resize_shape or crop_shape for all cameras.',
    );
  if (norm === 'GroupNorm' || (isShared && views.length > 1)) return;
  const tiny = views.find(({ size }) => size.every((side) => side <= PIXELS_PER_CELL));
  if (tiny === undefined) return;
  throw new PolicyConfigError(
    below('use_group_norm'),
    `leaves BatchNorm, but the feature map of ${tiny.key} in [${tiny.size.join(', ')}] is a single cell: PyTorch refuses to normalise one value, and upstream’s constructor shows one image`,
    'Set use_group_norm to true (and share_rgb_model to false), or use larger images.',
  );
}

export function requireClass(config: PlainMap, path: readonly string[], name: string): void {
  mapAt(config, path);
  const target = textAt(config, [...path, '_target_']);
  if (lastName(target) === name) return;
  throw new PolicyConfigError(
    [...path, '_target_'],
    `is ${target}, expected ${name}`,
    `Only ${name} is supported.`,
  );
}

/** Upstream's configs give both by the same interpolation; the data set is read by the policy's. */
export function requireSameObservations(config: PlainMap, observations: readonly ObservationSpec[]): void {
  const path = below('shape_meta');
  const texts = (all: readonly ObservationSpec[]) =>
    new Set(all.map(({ key, type, shape }) => JSON.stringify([key, type, shape])));
  const [own, policys] = [texts(readObservations(config, path)), texts(observations)];
  if (own.size === policys.size && [...own].every((text) => policys.has(text))) return;
  const hint = 'Set both to ${shape_meta}.';
  throw new PolicyConfigError([...path, 'obs'], 'is not the same as policy.shape_meta.obs', hint);
}

/** Upstream replaces the norms of each camera's own ResNet, never those of a shared one. */
function readNorm(config: PlainMap, isShared: boolean): NormKind {
  const isReplaced = booleanAt(config, below('use_group_norm'), false);
  return isReplaced && !isShared ? 'GroupNorm' : 'BatchNorm';
}

function readResnet(config: PlainMap): string {
  requireClass(config, MODEL, 'get_resnet');
  const other = Object.keys(mapAt(config, MODEL)).find((key) => !/^(?:name|weights|_.*_)$/.test(key));
  if (other !== undefined)
    throw new PolicyConfigError(
      [...MODEL, other],
      'is not supported: only name and weights are',
      'Remove it.',
    );
  const name = textAt(config, [...MODEL, 'name']);
  if (RESNETS.has(name)) return name;
  throw new PolicyConfigError([...MODEL, 'name'], `is ${name}, expected ${[...RESNETS.keys()].join(', ')}`);
}

function requireColour(images: readonly ObservationSpec[]): void {
  const other = images.find(({ shape }) => shape[0] !== CHANNELS);
  if (other === undefined) return;
  const path = ['policy', 'shape_meta', 'obs', other.key, 'shape', '0'];
  throw new PolicyConfigError(
    path,
    `is ${other.shape[0]}, expected ${CHANNELS}: torchvision's ResNet takes no other image`,
  );
}

/** Upstream drops the centre crop that is meant without `random_crop`: its constructor overwrites it. */
function readView(config: PlainMap, { key, shape }: ObservationSpec): CameraView {
  const resized = readSize(config, 'resize_shape', key);
  const whole = resized ?? [shape[1]!, shape[2]!];
  const crop = readSize(config, 'crop_shape', key);
  const isCropped = crop !== undefined && booleanAt(config, below('random_crop'), true);
  if (isCropped && (crop[0] >= whole[0] || crop[1] >= whole[1])) {
    const image = `the image ${key} of [${whole.join(', ')}]`;
    const message = `is [${crop.join(', ')}], which is not smaller than ${image} in height and width`;
    const hint = 'Choose about 90 % of the height and the width, or null for no crop.';
    throw new PolicyConfigError(below('crop_shape'), message, hint);
  }
  return { key, size: isCropped ? crop : whole, ...(resized && { resized }) };
}

/** One size for all cameras, or one for each; undefined for none. */
function readSize(config: PlainMap, name: string, camera: string): [number, number] | undefined {
  const path = below(name);
  const value = optional(config, path) ?? null;
  if (value === null) return undefined;
  if (!isPlainMap(value)) return pairAt(config, path);
  if (!isConverted(config)) {
    const message =
      'is a mapping, which Hydra does not hand over as the dict that upstream’s encoder asks for';
    const hint = `Give one [height, width] for all cameras, or add _convert_: all to ${ENCODER_PATH.join('.')}.`;
    throw new PolicyConfigError(path, message, hint);
  }
  return pairAt(config, [...path, camera]);
}

function pairAt(config: PlainMap, path: readonly string[]): [number, number] {
  const [height, width] = shapeAt(config, path, 2, MAX_SIDE);
  return [height!, width!];
}

/** Of the encoder or, handed down, of the policy. */
function isConverted(config: PlainMap): boolean {
  const convert: Plain | undefined =
    optional(config, below('_convert_')) ?? optional(config, ['policy', '_convert_']);
  return convert === 'all' || convert === 'partial' || convert === 'object';
}
