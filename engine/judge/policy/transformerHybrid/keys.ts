/** The state dict of a transformer hybrid policy: encoder, transformer, mask generator, normaliser. */
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import { addRobomimicEncoder } from '../robomimicEncoder.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import type { TransformerHybridSpec } from './spec.js';

type TransformerHyper = Hyper<TransformerHybridSpec>;

export function policyParameters(hyper: TransformerHyper): ParameterSpec[] {
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addRobomimicEncoder(list, hyper);
  addTransformer(list, hyper);
  list.add('mask_generator._dummy_variable', [0]);
  addNormalizer(list, hyper.normalizer);
  return list.entries;
}

/** Own tensors first, then buffers, then the layers in the order of their creation. */
function addTransformer(list: ParameterListing, hyper: TransformerHyper): void {
  const { embedding, horizon, actionDim } = hyper;
  const condTokens = 1 + hyper.obsSteps;
  list.add('model._dummy_variable', [0]);
  list.add('model.pos_emb', [1, horizon, embedding]);
  list.add('model.cond_pos_emb', [1, condTokens, embedding]);
  if (hyper.causalAttention) {
    list.add('model.mask', [horizon, horizon], 'buffer');
    list.add('model.memory_mask', [horizon, condTokens], 'buffer');
  }
  list.layer('model.input_emb', embedding, actionDim);
  list.layer('model.cond_obs_emb', embedding, hyper.obsFeatureDim);
  addConditionEncoder(list, hyper);
  for (let layer = 0; layer < hyper.layers; layer += 1) {
    const name = `model.decoder.layers.${layer}`;
    addAttention(list, `${name}.self_attn`, embedding);
    addAttention(list, `${name}.multihead_attn`, embedding);
    addFeedForward(list, name, embedding);
    for (const norm of ['norm1', 'norm2', 'norm3']) list.layer(`${name}.${norm}`, embedding);
  }
  list.layer('model.ln_f', embedding);
  list.layer('model.head', actionDim, embedding);
}

function addConditionEncoder(list: ParameterListing, { embedding, condLayers }: TransformerHyper): void {
  if (condLayers === 0) {
    list.layer('model.encoder.0', 4 * embedding, embedding);
    list.layer('model.encoder.2', embedding, 4 * embedding);
  }
  for (let layer = 0; layer < condLayers; layer += 1) {
    const name = `model.encoder.layers.${layer}`;
    addAttention(list, `${name}.self_attn`, embedding);
    addFeedForward(list, name, embedding);
    for (const norm of ['norm1', 'norm2']) list.layer(`${name}.${norm}`, embedding);
  }
}

function addAttention(list: ParameterListing, name: string, width: number): void {
  list.add(`${name}.in_proj_weight`, [3 * width, width]);
  list.add(`${name}.in_proj_bias`, [3 * width]);
  list.layer(`${name}.out_proj`, width, width);
}

function addFeedForward(list: ParameterListing, name: string, width: number): void {
  list.layer(`${name}.linear1`, 4 * width, width);
  list.layer(`${name}.linear2`, width, 4 * width);
}
