/** The roles of a diffusion transformer's keys; where the settings behind them lie is the policy's matter. */

import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  setBy,
  unsettable,
} from '../keyRole.js';
import type { DiffusionTransformerSpec } from './spec.js';

type Facts = Partial<DiffusionTransformerSpec>;
type Rule = RoleRule<DiffusionTransformerSpec>;

/** What a policy says of its transformer. */
interface TransformerWords {
  /** Dotted path of the mapping with the transformer's settings. */
  readonly path: string;
  /** One step of the trajectory, as the network reads it and as it predicts it. */
  readonly read: (facts: Facts) => DimensionRole;
  readonly predicted: (facts: Facts) => DimensionRole;
  /** One step's observations. */
  readonly features: (facts: Facts) => DimensionRole;
  /** The setting that decides whether the network attends to observations; absent where it always does. */
  readonly observedBy?: string;
  /** The setting that decides whether there is a decoder with a condition, and not an encoder alone; absent where there always is. */
  readonly decodedBy?: string;
}

const BATCH = unsettable('the same for the whole batch');

export function transformerRoles(words: TransformerWords): readonly Rule[] {
  return [...tokenRules(words), ...maskRules(words), ...layerRules(words), ...headRules(words)];
}

function tokenRules(words: TransformerWords): Rule[] {
  const { embedding } = widths(words);
  return [
    [
      /^model\.input_emb\.(weight|bias)$/,
      ([part], facts) =>
        linear(
          'input projection of the transformer: noisy action to token',
          part!,
          embedding,
          words.read(facts),
        ),
    ],
    [
      /^model\.cond_obs_emb\.(weight|bias)$/,
      ([part], facts) =>
        onlyIf(
          words.observedBy,
          linear(
            'condition projection: observation features to token',
            part!,
            embedding,
            words.features(facts),
          ),
        ),
    ],
    [
      /^model\.pos_emb$/,
      (_, facts) => always('position embedding of the action tokens', BATCH, steps(words, facts), embedding),
    ],
    [
      /^model\.cond_pos_emb$/,
      (_, facts) =>
        onlyIf(
          words.decodedBy,
          always('position embedding of the condition tokens', BATCH, condition(words, facts), embedding),
        ),
    ],
  ];
}

function maskRules(words: TransformerWords): Rule[] {
  const mask = (meaning: string, facts: Facts, columns: DimensionRole) =>
    onlyBy(
      `${words.path}.causal_attn`,
      always(`${meaning} (fixed, not trained)`, steps(words, facts), columns),
    );
  return [
    [/^model\.mask$/, (_, facts) => mask('causal mask of the self-attention', facts, steps(words, facts))],
    [
      /^model\.memory_mask$/,
      (_, facts) =>
        onlyIf(
          words.observedBy,
          mask('mask of the cross-attention on the condition', facts, condition(words, facts)),
        ),
    ],
  ];
}

function layerRules(words: TransformerWords): Rule[] {
  const { embedding, fourfold } = widths(words);
  return [
    [
      /^model\.encoder\.([02])\.(weight|bias)$/,
      ([place, part]) => {
        const [name, out, into] =
          place === '0'
            ? (['first', fourfold, embedding] as const)
            : (['second', embedding, fourfold] as const);
        const role = linear(`${name} layer of the condition encoder (an MLP)`, part!, out, into);
        return onlyIf(words.decodedBy, onlyBy(`${words.path}.n_cond_layers`, role));
      },
    ],
    ...stackRules('decoder', words),
    ...stackRules('encoder', words),
  ];
}

function headRules(words: TransformerWords): Rule[] {
  const { embedding } = widths(words);
  return [
    [
      /^model\.ln_f\.(weight|bias)$/,
      ([part]) => norm('last LayerNorm, before the output layer', part!, embedding),
    ],
    [
      /^model\.head\.(weight|bias)$/,
      ([part], facts) =>
        linear(
          'output layer of the transformer: token to predicted noise',
          part!,
          words.predicted(facts),
          embedding,
        ),
    ],
  ];
}

/** A pre-norm layer of PyTorch's: LayerNorms, attentions and a feed-forward. */
function stackRules(stack: 'decoder' | 'encoder', words: TransformerWords): Rule[] {
  const isDecoder = stack === 'decoder';
  const { embedding } = widths(words);
  const norms = isDecoder
    ? ['self-attention', 'cross-attention', 'feed-forward']
    : ['self-attention', 'feed-forward'];
  const rule = (tail: string, roleIn: (layer: string, groups: readonly string[]) => KeyRole): Rule => [
    new RegExp(`^model\\.${stack}\\.layers\\.(\\d+)\\.${tail}$`),
    ([layer, ...groups], facts) => {
      const { name, count } = stackOf(stack, words, facts);
      return onlyIf(words.decodedBy, onlyBy(count, roleIn(`${name} ${layer}`, groups)));
    },
  ];
  return [
    rule(
      `(self_attn${isDecoder ? '|multihead_attn' : ''})\\.(in_proj_|out_proj\\.)(weight|bias)`,
      (layer, groups) => attention(words, layer, groups),
    ),
    rule('linear([12])\\.(weight|bias)', (layer, groups) => feedForward(words, layer, groups)),
    rule(`norm([1-${norms.length}])\\.(weight|bias)`, (layer, [place, part]) =>
      norm(`LayerNorm before the ${norms[Number(place) - 1]} of ${layer}`, part!, embedding),
    ),
  ];
}

/** Without a condition the encoder is the whole network. */
function stackOf(stack: 'decoder' | 'encoder', { path }: TransformerWords, { condTokens }: Facts) {
  if (stack === 'decoder') return { name: 'decoder layer', count: `${path}.n_layer` };
  return condTokens === 0
    ? { name: 'encoder layer', count: `${path}.n_layer` }
    : { name: 'condition encoder layer', count: `${path}.n_cond_layers` };
}

function attention(
  words: TransformerWords,
  layer: string,
  [kind, projection, part]: readonly string[],
): KeyRole {
  const { embedding, threefold } = widths(words);
  const name = kind === 'self_attn' ? 'self-attention' : 'cross-attention on the condition';
  return projection === 'in_proj_'
    ? linear(`query, key and value projection in the ${name} of ${layer}`, part!, threefold, embedding)
    : linear(`output projection in the ${name} of ${layer}`, part!, embedding, embedding);
}

function feedForward(words: TransformerWords, layer: string, [place, part]: readonly string[]): KeyRole {
  const { embedding, fourfold } = widths(words);
  return place === '1'
    ? linear(`first linear layer of the feed-forward in ${layer}`, part!, fourfold, embedding)
    : linear(`second linear layer of the feed-forward in ${layer}`, part!, embedding, fourfold);
}

function widths({ path }: TransformerWords) {
  const setting = `${path}.n_emb`;
  return {
    embedding: setBy('embedding width', setting),
    threefold: setBy('query, key and value, each of the embedding width', setting),
    fourfold: setBy('four times the embedding width', setting),
  };
}

/** The diffusion step is a token of its own where no condition holds it. */
function steps({ path, decodedBy }: TransformerWords, { condTokens }: Facts): DimensionRole {
  const meaning =
    condTokens === 0 ? 'the diffusion step, then the steps of the horizon' : 'steps of the horizon';
  return setBy(meaning, `${path}.horizon`, ...present(decodedBy));
}

function condition({ path, observedBy }: TransformerWords, { condWidth }: Facts): DimensionRole {
  if (condWidth === 0) return setBy('condition token: the diffusion step', ...present(observedBy));
  const meaning = 'condition tokens: the diffusion step, then each observation step';
  return setBy(meaning, `${path}.n_obs_steps`, ...present(observedBy));
}

function onlyIf(path: string | undefined, role: KeyRole): KeyRole {
  return path === undefined ? role : onlyBy(path, role);
}

function present(path: string | undefined): string[] {
  return path === undefined ? [] : [path];
}

/** A weight (out, in) or its bias (out). */
function linear(meaning: string, part: string, out: DimensionRole, into: DimensionRole): KeyRole {
  return part === 'weight' ? always(meaning, out, into) : always(`bias of the ${meaning}`, out);
}

function norm(meaning: string, part: string, width: DimensionRole): KeyRole {
  return always(`${part === 'weight' ? 'scale' : 'shift'} of the ${meaning}`, width);
}
