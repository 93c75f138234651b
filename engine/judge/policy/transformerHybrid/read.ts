/** Reads the config of a transformer hybrid policy: its hyper-parameters, and the keys that follow from them. */
import type { PlainMap } from '../../../base/plain.js';
import { readBase } from '../baseSpec.js';
import { booleanAt, countAt, mapAt, numberAt, optional, PolicyConfigError } from '../config.js';
import { fieldsOf } from '../normalizer.js';
import { featureWidths, readCrop } from '../robomimicEncoder.js';
import { MAX_WIDTH, readActionDim, readObservations } from '../shapeMeta.js';
import type { Hyper } from '../spec.js';
import { policyParameters } from './keys.js';
import { ID, type TransformerHybridSpec } from './spec.js';

const MAX_LAYERS = 256; // far above real policies; a typing slip must not become a million keys

/** Upstream's defaults where a key is absent. */
export function readTransformerHybrid(resolved: PlainMap): TransformerHybridSpec {
  const policy = mapAt(resolved, ['policy']);
  refuseUnsupported(resolved);
  const observations = readObservations(resolved);
  const actionDim = readActionDim(resolved);
  const hyper: Hyper<TransformerHybridSpec> = {
    family: ID,
    ...readBase(resolved),
    ...readModel(resolved),
    actionDim,
    observations,
    cropShape: readCrop(resolved, policy.crop_shape, observations),
    obsFeatureDim: featureWidths(observations),
    normalizer: fieldsOf(actionDim, observations),
  };
  return { ...hyper, parameters: policyParameters(hyper) };
}

function readModel(config: PlainMap) {
  const count = (name: string, least: number, most: number, otherwise?: number) =>
    countAt(config, ['policy', name], { least, most, otherwise });
  const model = {
    layers: count('n_layer', 1, MAX_LAYERS, 8),
    condLayers: count('n_cond_layers', 0, MAX_LAYERS, 0),
    heads: count('n_head', 1, 1 << 12, 4),
    embedding: count('n_emb', 2, MAX_WIDTH, 256),
    dropEmbedding: numberAt(config, ['policy', 'p_drop_emb'], 0),
    dropAttention: numberAt(config, ['policy', 'p_drop_attn'], 0.3),
    causalAttention: booleanAt(config, ['policy', 'causal_attn'], true),
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
