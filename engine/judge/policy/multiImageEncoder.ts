/** Upstream's `MultiImageObsEncoder`, one torchvision ResNet for each camera: its keys, its features along an axis, and how it starts. */
import { PolicyConfigError } from './config.js';
import { type AxisSegment, type KeyPlace, namedBehind } from './family.js';
import type { InitialRule } from './initial.js';
import type { ParameterListing } from './listing.js';
import { addResnet, RESNETS, type ResnetNames, resnetFeatures, resnetRule } from './resnetKeys.js';
import type { ObservationSpec } from './spec.js';

type Size = readonly [height: number, width: number];

export interface CameraView {
  readonly key: string;
  /** What the ResNet sees: of the camera's image, which is resized first, then cropped. */
  readonly size: Size;
  /** Absent where the image is not resized. */
  readonly resized?: Size;
}

export interface MultiImageShape {
  /** torchvision's name of the ResNet, a key of `RESNETS`. */
  readonly resnet: string;
  /** What its training starts from beside random values; absent where nothing is. */
  readonly weights?: string;
  /** Pixels are scaled by ImageNet's mean and deviation behind the normaliser. */
  readonly imagenetNorm: boolean;
  /** In the order of the encoder. */
  readonly views: readonly CameraView[];
}

const ENCODER = 'obs_encoder.';
export const MODELS = `${ENCODER}key_model_map.`;
/** torchvision's. */
export const NAMES: ResnetNames = {
  stem: 'conv1',
  stemNorm: 'bn1',
  block: (stage, block) => `layer${stage + 1}.${block}`,
};
export const ENCODER_PATH = ['policy', 'obs_encoder'] as const;
export const WEIGHTS_PATH = [...ENCODER_PATH, 'rgb_model', 'weights'] as const;

/** Cameras first, then the rest, each sorted by name, as Python sorts. */
export function inEncoderOrder(observations: readonly ObservationSpec[]): ObservationSpec[] {
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

/** Undefined where the key is not the encoder's. */
export function multiImagePlace(key: string): KeyPlace | undefined {
  if (!key.startsWith(ENCODER)) return undefined;
  const camera = namedBehind(MODELS, key);
  return { part: 'encoder', ...(camera && { of: camera }) };
}

/** The models lie in the order of the config, the features in that of the encoder. */
export function addMultiImageEncoder(
  list: ParameterListing,
  observations: readonly ObservationSpec[],
  { resnet }: MultiImageShape,
): void {
  list.add(`${ENCODER}_dummy_variable`, [0]);
  const layout = RESNETS.get(resnet)!;
  for (const { key, type, shape } of observations)
    if (type === 'rgb') addResnet(list, `${MODELS}${key}`, shape[0]!, NAMES, layout);
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
