/** Upstream's `MultiImageObsEncoder`, a torchvision ResNet for each camera or one for all: its keys, its features along an axis, and how it starts. */
import type { NormKind } from './batchNorm.js';
import { PolicyConfigError } from './config.js';
import { type AxisSegment, type ComparedSetting, type KeyPlace, namedBehind } from './family.js';
import type { InitialRule } from './initial.js';
import type { ParameterListing } from './listing.js';
import {
  addResnet,
  RESNETS,
  type ResnetNames,
  type ResnetParts,
  resnetFeatures,
  resnetRule,
} from './resnetKeys.js';
import type { ObservationSpec } from './spec.js';

export interface MultiImageShape {
  /** torchvision's name of the ResNet, a key of `RESNETS`. */
  readonly resnet: string;
  /** What its training starts from beside random values; absent where nothing is. */
  readonly weights?: string;
  readonly norm: NormKind;
  /** All cameras go through one ResNet, together. */
  readonly isShared: boolean;
  /** Pixels are scaled by ImageNet's mean and deviation behind the normaliser. */
  readonly imagenetNorm: boolean;
}

const ENCODER = 'obs_encoder.';
/** The model of all cameras; a camera may be called so too. */
export const SHARED = 'rgb';
export const MODELS = `${ENCODER}key_model_map.`;
/** torchvision's. */
export const NAMES: ResnetNames = {
  stem: 'conv1',
  stemNorm: 'bn1',
  block: (stage, block) => `layer${stage + 1}.${block}`,
};
export const ENCODER_PATH = ['policy', 'obs_encoder'] as const;
export const SHARED_PATH = [...ENCODER_PATH, 'share_rgb_model'].join('.');
export const GROUP_NORM_PATH = [...ENCODER_PATH, 'use_group_norm'].join('.');
export const WEIGHTS_PATH = [...ENCODER_PATH, 'rgb_model', 'weights'] as const;

/** Cameras first, then the rest, each sorted by name, as Python sorts. */
export function inEncoderOrder<T extends ObservationSpec>(observations: readonly T[]): T[] {
  const sorted = [...observations].sort((a, b) => (a.key < b.key ? -1 : 1));
  return (['rgb', 'low_dim'] as const).flatMap((type) => sorted.filter((obs) => obs.type === type));
}

/** Columns that one observation takes in the encoder's output: an image as many as its feature map has channels. */
export function imageWidth(
  { type, shape }: ObservationSpec,
  { resnet }: Pick<MultiImageShape, 'resnet'>,
): number {
  return type === 'rgb' ? resnetFeatures(RESNETS.get(resnet)!) : shape[0]!;
}

/** The encoder's output along an axis; `step` where each observed step has entries of its own. */
export function imageSegments(
  observations: readonly ObservationSpec[],
  encoder: Pick<MultiImageShape, 'resnet'>,
  step?: number,
): AxisSegment[] {
  return observations.map((obs) => ({
    of: 'observation',
    key: obs.key,
    width: imageWidth(obs, encoder),
    ...(step !== undefined && { step }),
  }));
}

/** Undefined where the key is not the encoder's; `encoder` as far as it is known. */
export function multiImagePlace(key: string, encoder?: MultiImageShape): KeyPlace | undefined {
  if (!key.startsWith(ENCODER)) return undefined;
  const model = namedBehind(MODELS, key);
  const isCamera = model !== undefined && !(encoder?.isShared ?? model.name === SHARED);
  return { part: 'encoder', ...(isCamera && { of: model }) };
}

/** Where the model of a camera's images lies. */
export function modelOf(camera: string, { isShared }: Pick<MultiImageShape, 'isShared'>): string {
  return `${MODELS}${isShared ? SHARED : camera}`;
}

/** Of torchvision's ResNets, which have three input channels. */
export const CHANNELS = 3;

export function resnetParts({ resnet, norm }: Pick<MultiImageShape, 'resnet' | 'norm'>): ResnetParts {
  return { names: NAMES, layout: RESNETS.get(resnet)!, norm };
}

/** The models lie in the order of the config, the features in that of the encoder. A shared model is there without any camera too. */
export function addMultiImageEncoder(
  list: ParameterListing,
  observations: readonly ObservationSpec[],
  encoder: MultiImageShape,
): void {
  list.add(`${ENCODER}_dummy_variable`, [0]);
  const cameras = observations.flatMap(({ key, type }) => (type === 'rgb' ? [key] : []));
  for (const name of encoder.isShared ? [SHARED] : cameras)
    addResnet(list, `${MODELS}${name}`, CHANNELS, resnetParts(encoder));
}

/** The setting by which the encoders have BatchNorm; undefined where they have none. */
export function batchNormSetting({ norm, isShared }: MultiImageShape): string | undefined {
  if (norm === 'GroupNorm') return undefined;
  return isShared ? SHARED_PATH : GROUP_NORM_PATH;
}

/** Settings under which tensors of the same names and shapes compute something else. */
export function comparedEncoder({
  resnet,
  norm,
  isShared,
  imagenetNorm,
}: MultiImageShape): ComparedSetting[] {
  return [
    { name: [...ENCODER_PATH, 'rgb_model', 'name'].join('.'), value: resnet },
    { name: SHARED_PATH, value: isShared },
    { name: `the image encoders’ norm (${GROUP_NORM_PATH})`, value: norm },
    { name: [...ENCODER_PATH, 'imagenet_norm'].join('.'), value: imagenetNorm },
  ];
}

/** Throws `PolicyConfigError` where the values would come from weights that no file here holds. */
export function multiImageRule(
  key: string,
  shape: readonly number[],
  { weights }: MultiImageShape,
): InitialRule {
  if (weights === undefined) return resnetRule(key, shape);
  throw new PolicyConfigError(
    WEIGHTS_PATH,
    `is ${weights}: new image encoders start from weights that torchvision or r3m downloads, which Regrip does not have`,
    'Train with --runner python, or set it to null to start new encoders from random values.',
  );
}
