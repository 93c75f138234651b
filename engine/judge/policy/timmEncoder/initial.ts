/** What a `TimmObsEncoder` starts from: timm's and PyTorch's rules, unless its models come from downloaded weights. */
import { PolicyConfigError } from '../config.js';
import type { InitialRule } from '../initial.js';
import { resnetRule } from '../resnetKeys.js';
import type { ParameterSpec } from '../spec.js';
import { aggregationRule } from './aggregation.js';
import { convNextRule } from './convnext.js';
import { isOfModel } from './keys.js';
import { modelWidth, type TimmShape } from './shape.js';
import { vitRule } from './vit.js';

/** Throws `PolicyConfigError` where the values would come from weights that no file here holds. */
export function timmRule({ key, shape }: ParameterSpec, encoder: TimmShape): InitialRule {
  if (!isOfModel(key)) return aggregationRule(key, shape, modelWidth(encoder.model));
  if (encoder.isPretrained) throw downloaded(encoder);
  const { model } = encoder;
  switch (model.kind) {
    case 'vit':
      return vitRule(key, model.layout);
    case 'resnet':
      return resnetRule(key, shape);
    case 'convnext':
      return convNextRule(key, shape);
    default:
      return model satisfies never;
  }
}

function downloaded({ modelName }: TimmShape): PolicyConfigError {
  return new PolicyConfigError(
    ['policy', 'obs_encoder', 'pretrained'],
    `is true: a new image encoder starts from weights of ${modelName} that timm downloads, which Regrip does not have`,
    'Rename the cameras that the old policy has (--rename OLD=NEW), set share_rgb_model, or set pretrained to false to start new encoders from random values.',
  );
}
