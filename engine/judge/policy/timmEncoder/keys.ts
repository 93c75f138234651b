/** The state dict of a `TimmObsEncoder`: a model for each camera, and what makes one vector of its map. */
import { type KeyPlace, namedBehind } from '../family.js';
import type { ParameterListing } from '../listing.js';
import { addResnet } from '../resnetKeys.js';
import { addAggregation, addPositions } from './aggregation.js';
import { addConvNext } from './convnext.js';
import { NAMES } from './resnet.js';
import { modelWidth, type TimmObservation, type TimmShape } from './shape.js';
import { addVit } from './vit.js';

const ENCODER = 'obs_encoder';
const MODELS = `${ENCODER}.key_model_map.`;
/** Of timm's models as upstream builds them. */
export const CHANNELS = 3;

/** Models lie in the order of the config, features in that of the encoder; a shared model is listed for each camera. */
export function addTimmEncoder(
  list: ParameterListing,
  configured: readonly TimmObservation[],
  encoder: TimmShape,
): void {
  list.add(`${ENCODER}._dummy_variable`, [0]);
  const width = modelWidth(encoder.model);
  addPositions(list, ENCODER, encoder, width);
  const cameras = configured.flatMap(({ key, type }) => (type === 'rgb' ? [key] : []));
  for (const [at, camera] of cameras.entries())
    if (at === 0 || !encoder.isShared) addModel(list, `${MODELS}${camera}`, encoder);
    else list.alias(`${MODELS}${cameras[0]}.`, `${MODELS}${camera}.`);
  addAggregation(list, ENCODER, encoder, width);
}

function addModel(list: ParameterListing, name: string, { model, norm }: TimmShape): void {
  switch (model.kind) {
    case 'vit':
      addVit(list, name, CHANNELS, model.layout);
      break;
    case 'resnet':
      addResnet(list, name, CHANNELS, { names: NAMES, layout: model.layout, norm });
      break;
    case 'convnext':
      addConvNext(list, name, CHANNELS, model.layout);
      break;
    default:
      model satisfies never;
  }
}

/** Undefined where the key is not the encoder's. */
export function timmPlace(key: string): KeyPlace | undefined {
  if (!key.startsWith(`${ENCODER}.`)) return undefined;
  const camera = namedBehind(MODELS, key);
  return { part: 'encoder', ...(camera && { of: camera }) };
}

/** Whether it is a camera's model, which upstream can freeze. */
export function isOfModel(key: string): boolean {
  return key.startsWith(MODELS);
}
