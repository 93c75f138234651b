/** iDP3's `TimmObsEncoder`, which in spite of its name builds a ResNet-18 of R3M for each camera: its keys, its features, how it starts. */
import { PolicyConfigError } from '../config.js';
import type { AxisSegment } from '../family.js';
import type { InitialRule } from '../initial.js';
import type { ParameterListing } from '../listing.js';
import { NAMES } from '../multiImageEncoder.js';
import { addResnet, RESNET_18, resnetRule } from '../resnetKeys.js';
import type { ParameterSpec } from '../spec.js';
import { type TimmObservation, timmSegments } from '../timmEncoder/shape.js';
import type { R3mEncoder } from './spec.js';

const ENCODER = 'obs_encoder.';
const MODELS = `${ENCODER}key_model_map.`;
const CHANNELS = 3;
const PRETRAINED = ['policy', 'obs_encoder', 'pretrained'] as const;

/** The wrapper of downloaded weights lies around each model. */
export function addR3mEncoder(
  list: ParameterListing,
  configured: readonly TimmObservation[],
  { norm, isPretrained, isShared }: R3mEncoder,
): void {
  list.add(`${ENCODER}_dummy_variable`, [0]);
  const cameras = configured.flatMap(({ key, type }) => (type === 'rgb' ? [key] : []));
  const below = isPretrained ? 'module.convnet' : 'convnet';
  for (const [at, camera] of cameras.entries())
    if (at === 0 || !isShared)
      addResnet(list, `${MODELS}${camera}.${below}`, CHANNELS, { names: NAMES, layout: RESNET_18, norm });
    else list.alias(`${MODELS}${cameras[0]}.`, `${MODELS}${camera}.`);
}

/** Cameras first; the steps of each observation one after the other. */
export function r3mSegments(observations: readonly TimmObservation[]): AxisSegment[] {
  return timmSegments(observations, { model: { kind: 'resnet', layout: RESNET_18 } });
}

/** Throws `PolicyConfigError` where the values would come from weights that no file here holds. */
export function r3mRule({ key, shape }: ParameterSpec, { isPretrained }: R3mEncoder): InitialRule {
  if (!isPretrained) return resnetRule(key, shape);
  throw new PolicyConfigError(
    PRETRAINED,
    'is true: a new image encoder starts from weights that R3M downloads, which Regrip does not have',
    'Rename the cameras that the old policy has (--rename OLD=NEW), or set it to false to start new encoders from random values.',
  );
}
