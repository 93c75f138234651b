/** The roles of the diffusion transformer's keys. */

import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  setBy,
  unsettable,
} from '../keyRole.js';
import { observationFeatures } from '../robomimicRoles.js';
import { ACTION_DIMENSION } from '../shapeMetaRoles.js';

const EMBEDDING = setBy('embedding width', 'policy.n_emb');
const THREEFOLD = setBy('query, key and value, each of the embedding width', 'policy.n_emb');
const FOURFOLD = setBy('four times the embedding width', 'policy.n_emb');
const STEPS = setBy('steps of the horizon', 'policy.horizon');
const CONDITION = setBy(
  'condition tokens: the diffusion step, then each observation step',
  'policy.n_obs_steps',
);
const BATCH = unsettable('the same for the whole batch');

export const TRANSFORMER_ROLES: readonly RoleRule[] = [
  [
    /^model\.input_emb\.(weight|bias)$/,
    ([part]) =>
      linear(
        'input projection of the transformer: noisy action to token',
        part!,
        EMBEDDING,
        ACTION_DIMENSION,
      ),
  ],
  [
    /^model\.head\.(weight|bias)$/,
    ([part]) =>
      linear('output layer of the transformer: token to predicted noise', part!, ACTION_DIMENSION, EMBEDDING),
  ],
  [
    /^model\.cond_obs_emb\.(weight|bias)$/,
    ([part], facts) =>
      linear(
        'condition projection: observation features to token',
        part!,
        EMBEDDING,
        observationFeatures(facts),
      ),
  ],
  [/^model\.pos_emb$/, () => always('position embedding of the action tokens', BATCH, STEPS, EMBEDDING)],
  [
    /^model\.cond_pos_emb$/,
    () => always('position embedding of the condition tokens', BATCH, CONDITION, EMBEDDING),
  ],
  [/^model\.mask$/, () => mask('causal mask of the self-attention', STEPS)],
  [/^model\.memory_mask$/, () => mask('mask of the cross-attention on the condition', CONDITION)],
  [
    /^model\.encoder\.([02])\.(weight|bias)$/,
    ([place, part]) => {
      const [name, out, into] =
        place === '0'
          ? (['first', FOURFOLD, EMBEDDING] as const)
          : (['second', EMBEDDING, FOURFOLD] as const);
      const role = linear(`${name} layer of the condition encoder (an MLP)`, part!, out, into);
      return onlyBy('policy.n_cond_layers', role);
    },
  ],
  ...layerRules('decoder', 'policy.n_layer'),
  ...layerRules('encoder', 'policy.n_cond_layers'),
  [
    /^model\.ln_f\.(weight|bias)$/,
    ([part]) => norm('last LayerNorm, before the output layer', part!, EMBEDDING),
  ],
];

/** A pre-norm layer of PyTorch's: LayerNorms, attentions and a feed-forward. */
function layerRules(stack: 'decoder' | 'encoder', count: string): RoleRule[] {
  const isDecoder = stack === 'decoder';
  const name = isDecoder ? 'decoder layer' : 'condition encoder layer';
  const norms = isDecoder
    ? ['self-attention', 'cross-attention', 'feed-forward']
    : ['self-attention', 'feed-forward'];
  const rule = (tail: string, roleIn: (layer: string, groups: readonly string[]) => KeyRole): RoleRule => [
    new RegExp(`^model\\.${stack}\\.layers\\.(\\d+)\\.${tail}$`),
    ([layer, ...groups]) => onlyBy(count, roleIn(`${name} ${layer}`, groups)),
  ];
  return [
    rule(`(self_attn${isDecoder ? '|multihead_attn' : ''})\\.(in_proj_|out_proj\\.)(weight|bias)`, attention),
    rule('linear([12])\\.(weight|bias)', feedForward),
    rule(`norm([1-${norms.length}])\\.(weight|bias)`, (layer, [place, part]) =>
      norm(`LayerNorm before the ${norms[Number(place) - 1]} of ${layer}`, part!, EMBEDDING),
    ),
  ];
}

function attention(layer: string, [kind, projection, part]: readonly string[]): KeyRole {
  const name = kind === 'self_attn' ? 'self-attention' : 'cross-attention on the condition';
  return projection === 'in_proj_'
    ? linear(`query, key and value projection in the ${name} of ${layer}`, part!, THREEFOLD, EMBEDDING)
    : linear(`output projection in the ${name} of ${layer}`, part!, EMBEDDING, EMBEDDING);
}

function feedForward(layer: string, [place, part]: readonly string[]): KeyRole {
  return place === '1'
    ? linear(`first linear layer of the feed-forward in ${layer}`, part!, FOURFOLD, EMBEDDING)
    : linear(`second linear layer of the feed-forward in ${layer}`, part!, EMBEDDING, FOURFOLD);
}

/** A weight (out, in) or its bias (out). */
function linear(meaning: string, part: string, out: DimensionRole, into: DimensionRole): KeyRole {
  return part === 'weight' ? always(meaning, out, into) : always(`bias of the ${meaning}`, out);
}

function norm(meaning: string, part: string, width: DimensionRole): KeyRole {
  return always(`${part === 'weight' ? 'scale' : 'shift'} of the ${meaning}`, width);
}

function mask(meaning: string, columns: DimensionRole): KeyRole {
  return onlyBy('policy.causal_attn', always(`${meaning} (fixed, not trained)`, STEPS, columns));
}
