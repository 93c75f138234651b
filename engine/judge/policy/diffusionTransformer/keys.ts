/** The state dict of a diffusion transformer. */
import type { ParameterListing } from '../listing.js';
import type { DiffusionTransformer } from './spec.js';

/** Own tensors first, then buffers, then the layers in the order of their creation. */
export function addDiffusionTransformer(list: ParameterListing, network: DiffusionTransformer): void {
  const { embedding, positions, trajectoryWidth, condTokens, condWidth } = network;
  list.add('model._dummy_variable', [0]);
  list.add('model.pos_emb', [1, positions, embedding]);
  if (condTokens > 0) list.add('model.cond_pos_emb', [1, condTokens, embedding]);
  if (network.causalAttention) {
    list.add('model.mask', [positions, positions], 'buffer');
    if (condWidth > 0) list.add('model.memory_mask', [positions, condTokens], 'buffer');
  }
  list.layer('model.input_emb', embedding, trajectoryWidth);
  if (condWidth > 0) list.layer('model.cond_obs_emb', embedding, condWidth);
  if (condTokens === 0) addEncoder(list, network.layers, embedding);
  else {
    addConditionEncoder(list, network);
    addDecoder(list, network);
  }
  list.layer('model.ln_f', embedding);
  list.layer('model.head', trajectoryWidth, embedding);
}

function addConditionEncoder(list: ParameterListing, { embedding, condLayers }: DiffusionTransformer): void {
  if (condLayers > 0) {
    addEncoder(list, condLayers, embedding);
    return;
  }
  list.layer('model.encoder.0', 4 * embedding, embedding);
  list.layer('model.encoder.2', embedding, 4 * embedding);
}

function addEncoder(list: ParameterListing, layers: number, embedding: number): void {
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `model.encoder.layers.${layer}`;
    addAttention(list, `${name}.self_attn`, embedding);
    addFeedForward(list, name, embedding);
    for (const norm of ['norm1', 'norm2']) list.layer(`${name}.${norm}`, embedding);
  }
}

export function addDecoder(
  list: ParameterListing,
  { embedding, layers }: Pick<DiffusionTransformer, 'embedding' | 'layers'>,
): void {
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `model.decoder.layers.${layer}`;
    addAttention(list, `${name}.self_attn`, embedding);
    addAttention(list, `${name}.multihead_attn`, embedding);
    addFeedForward(list, name, embedding);
    for (const norm of ['norm1', 'norm2', 'norm3']) list.layer(`${name}.${norm}`, embedding);
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
