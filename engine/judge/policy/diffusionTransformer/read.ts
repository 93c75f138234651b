/** Reads the settings that size a diffusion transformer, wherever a policy keeps them. */
import type { PlainMap } from '../../../base/plain.js';
import { booleanAt, countAt, numberAt, PolicyConfigError } from '../config.js';
import { MAX_WIDTH } from '../shapeMeta.js';
import type { DiffusionTransformer } from './spec.js';

const MAX_LAYERS = 256; // far above real policies; a typing slip must not become a million keys

type Settings = Pick<
  DiffusionTransformer,
  'layers' | 'condLayers' | 'heads' | 'embedding' | 'dropEmbedding' | 'dropAttention' | 'causalAttention'
>;

/** `otherwise`: the defaults of the constructor that takes these settings. */
export function readTransformer(
  config: PlainMap,
  path: readonly string[],
  otherwise: Omit<Settings, 'condLayers'>,
): Settings {
  const at = (name: string) => [...path, name];
  const count = (name: string, least: number, most: number, usual: number) =>
    countAt(config, at(name), { least, most, otherwise: usual });
  const heads = count('n_head', 1, 1 << 12, otherwise.heads);
  const embedding = count('n_emb', 2, MAX_WIDTH, otherwise.embedding);
  if (embedding % heads !== 0) {
    const message = `is ${heads}, which does not divide ${at('n_emb').join('.')} ${embedding}`;
    throw new PolicyConfigError(at('n_head'), message, 'Each head takes n_emb / n_head columns.');
  }
  if (embedding % 2 !== 0)
    throw new PolicyConfigError(at('n_emb'), `is ${embedding}, expected an even number`);
  return {
    layers: count('n_layer', 1, MAX_LAYERS, otherwise.layers),
    condLayers: count('n_cond_layers', 0, MAX_LAYERS, 0),
    heads,
    embedding,
    dropEmbedding: numberAt(config, at('p_drop_emb'), otherwise.dropEmbedding),
    dropAttention: numberAt(config, at('p_drop_attn'), otherwise.dropAttention),
    causalAttention: booleanAt(config, at('causal_attn'), otherwise.causalAttention),
  };
}
