/** The state dict of a UMI policy with a transformer: encoder, projections, transformer, normaliser. */
import { addDecoder } from '../diffusionTransformer/keys.js';
import { ParameterListing } from '../listing.js';
import { addNormalizer } from '../normalizer.js';
import type { Hyper, ParameterSpec } from '../spec.js';
import { addTimmEncoder } from '../timmEncoder/keys.js';
import type { TimmObservation } from '../timmEncoder/shape.js';
import { projectedFrom } from './encoder.js';
import type { TransformerTimmSpec } from './spec.js';

export const PROJECTIONS = 'obs_encoder.key_projection_map.';

/** `configured` are the observations in the order of the config. */
export function policyParameters(
  hyper: Hyper<TransformerTimmSpec>,
  configured: readonly TimmObservation[],
): ParameterSpec[] {
  const { embedding, positions, condTokens, trajectoryWidth, encoder, normalizer } = hyper;
  const list = new ParameterListing();
  list.add('_dummy_variable', [0]);
  addTimmEncoder(list, configured, encoder);
  for (const observation of configured) {
    const from = projectedFrom(observation, hyper);
    if (from !== undefined) list.layer(`${PROJECTIONS}${observation.key}`, embedding, from);
  }
  list.add('model._dummy_variable', [0]);
  list.add('model.pos_emb', [1, positions, embedding]);
  list.add('model.cond_pos_emb', [1, condTokens, embedding]);
  list.layer('model.input_emb', embedding, trajectoryWidth);
  addDecoder(list, hyper);
  list.layer('model.ln_f', embedding);
  list.layer('model.head', trajectoryWidth, embedding);
  addNormalizer(list, normalizer);
  return list.entries;
}
