/** The roles of the keys of LeRobot's ACT policy. */
import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  setBy,
  unsettable,
} from '../keyRole.js';
import { ACTION, INPUTS, STATE, shapePath } from '../lerobot/features.js';
import { BACKBONE_PATH } from '../lerobot/resnet.js';
import { resnetRoles } from '../lerobot/resnetRoles.js';
import type { LerobotActSpec } from './spec.js';

type Facts = Partial<LerobotActSpec>;

const WIDTH = setBy('width of the transformer', 'policy.dim_model');
const THREEFOLD = setBy('queries, keys and values, each as wide as the transformer', 'policy.dim_model');
const FEED_FORWARD = setBy('width between the two layers', 'policy.dim_feedforward');
const LATENT = setBy('latent', 'policy.latent_dim');
const MOMENTS = setBy('mean of the latent, then its logarithmic variance', 'policy.latent_dim');
const ACTION_DIMENSION = setBy('action dimension', shapePath(ACTION));
const VAE = 'policy.use_vae';
const LAYERS: Readonly<Record<string, string>> = {
  vae_encoder: 'policy.n_vae_encoder_layers',
  encoder: 'policy.n_encoder_layers',
  decoder: 'policy.n_decoder_layers',
};
const STACKS: Readonly<Record<string, string>> = {
  vae_encoder: 'encoder of the actions (VAE)',
  encoder: 'transformer’s encoder',
  decoder: 'transformer’s decoder',
};

export const ACT_ROLES: readonly RoleRule<LerobotActSpec>[] = [
  ...resnetRoles<LerobotActSpec>({
    prefix: 'model\\.backbone\\.',
    groups: 0,
    names: { stem: 'conv1', stemNorm: 'bn1', stage: 'layer([1-4])' },
    firstStage: 1,
    encoder: () => 'the image encoder (ResNet) of all cameras',
    isFrozen: true,
    existsBy: [INPUTS.join('.')],
  }),
  [
    /^model\.(vae_encoder|encoder|decoder)\.layers\.(\d+)\.(self_attn|(?<=decoder\.layers\.\d+\.)multihead_attn)\.(in_proj|out_proj)[._](weight|bias)$/,
    ([stack, layer, attention, projection, part]) => {
      const what = attention === 'self_attn' ? 'attention to itself' : 'attention to the encoder';
      const rows = projection === 'in_proj' ? THREEFOLD : WIDTH;
      const which = projection === 'in_proj' ? 'input' : 'output';
      return inLayer(stack!, layer!, (place) =>
        parted(`${which} projection of the ${what} in ${place}`, part!, rows, WIDTH),
      );
    },
  ],
  [
    /^model\.(vae_encoder|encoder|decoder)\.layers\.(\d+)\.linear([12])\.(weight|bias)$/,
    ([stack, layer, nth, part]) => {
      const [out, into] = nth === '1' ? [FEED_FORWARD, WIDTH] : [WIDTH, FEED_FORWARD];
      const which = nth === '1' ? 'first' : 'second';
      return inLayer(stack!, layer!, (place) =>
        parted(`${which} layer of the feed-forward network in ${place}`, part!, out, into),
      );
    },
  ],
  [
    /^model\.(vae_encoder|encoder|decoder)\.layers\.(\d+)\.norm([12]|(?<=decoder\.layers\.\d+\.norm)3)\.(weight|bias)$/,
    ([stack, layer, nth, part]) =>
      inLayer(stack!, layer!, (place) => norm(`LayerNorm ${nth} in ${place}`, part!)),
  ],
  [
    /^model\.(vae_encoder|encoder|decoder)\.norm\.(weight|bias)$/,
    ([stack, part]) => {
      const role = norm(`LayerNorm at the end of the ${STACKS[stack!]}`, part!);
      return inStack(stack!, stack === 'decoder' ? role : onlyBy('policy.pre_norm', role));
    },
  ],
  [
    /^model\.(vae_encoder_|encoder_)(robot_state|env_state)_input_proj\.(weight|bias)$/,
    ([where, which, part], facts) => {
      const name = which === 'robot_state' ? STATE : (facts.environment ?? 'observation.environment_state');
      const into = where === 'encoder_' ? STACKS['encoder'] : STACKS['vae_encoder'];
      const values = setBy(`values of ${name}`, shapePath(name));
      const role = onlyBy(
        INPUTS.join('.'),
        parted(`layer that makes ${name} a token of the ${into}`, part!, WIDTH, values),
      );
      return where === 'encoder_' ? role : onlyBy(VAE, role);
    },
  ],
  [
    /^model\.encoder_img_feat_input_proj\.(weight|bias)$/,
    ([part]) =>
      onlyBy(
        INPUTS.join('.'),
        parted(
          '1×1 convolution that makes the pixels of the feature maps tokens',
          part!,
          WIDTH,
          setBy('channels of the feature map', BACKBONE_PATH.join('.')),
          unsettable('kernel height'),
          unsettable('kernel width'),
        ),
      ),
  ],
  [
    /^model\.encoder_latent_input_proj\.(weight|bias)$/,
    ([part]) => parted('layer that makes the latent a token', part!, WIDTH, LATENT),
  ],
  [
    /^model\.encoder_1d_feature_pos_embed\.weight$/,
    (_, facts) => always('positions of the tokens that are not an image’s', tokens(facts), WIDTH),
  ],
  [
    /^model\.decoder_pos_embed\.weight$/,
    () => always('positions of the predicted steps', setBy('steps of the chunk', 'policy.chunk_size'), WIDTH),
  ],
  [
    /^model\.action_head\.(weight|bias)$/,
    ([part]) => parted('output layer: transformer to actions', part!, ACTION_DIMENSION, WIDTH),
  ],
  [
    /^model\.vae_encoder_action_input_proj\.(weight|bias)$/,
    ([part]) =>
      onlyBy(
        VAE,
        parted(
          'layer that makes an action a token of the encoder of the actions (VAE)',
          part!,
          WIDTH,
          ACTION_DIMENSION,
        ),
      ),
  ],
  [
    /^model\.vae_encoder_latent_output_proj\.(weight|bias)$/,
    ([part]) =>
      onlyBy(VAE, parted('output layer of the encoder of the actions (VAE)', part!, MOMENTS, WIDTH)),
  ],
  [
    /^model\.vae_encoder_cls_embed\.weight$/,
    () =>
      onlyBy(
        VAE,
        always(
          'class token of the encoder of the actions (VAE), from which the latent is read',
          unsettable('one'),
          WIDTH,
        ),
      ),
  ],
  [
    /^model\.vae_encoder_pos_enc$/,
    () =>
      onlyBy(
        VAE,
        always(
          'sines of the positions in the encoder of the actions (VAE; fixed, not trained)',
          unsettable('one'),
          setBy('class token, robot’s state and steps of the chunk', 'policy.chunk_size', INPUTS.join('.')),
          WIDTH,
        ),
      ),
  ],
];

function inLayer(stack: string, layer: string, roleIn: (place: string) => KeyRole): KeyRole {
  const role = roleIn(`layer ${Number(layer) + 1} of the ${STACKS[stack]}`);
  return inStack(stack, onlyBy(LAYERS[stack]!, role));
}

function inStack(stack: string, role: KeyRole): KeyRole {
  return stack === 'vae_encoder' ? onlyBy(VAE, role) : role;
}

function parted(meaning: string, part: string, ...dimensions: readonly DimensionRole[]): KeyRole {
  return part === 'weight'
    ? always(meaning, ...dimensions)
    : always(`bias of the ${meaning}`, dimensions[0]!);
}

function norm(where: string, part: string): KeyRole {
  return always(`${part === 'weight' ? 'scale' : 'shift'} of ${where}`, WIDTH);
}

function tokens({ state, environment, width }: Facts): DimensionRole {
  const role = setBy('tokens', INPUTS.join('.'));
  if (width === undefined) return role;
  const vectors = [state, environment].flatMap((name) => (name === undefined ? [] : [`${name} 1`]));
  return { ...role, parts: ['latent 1', ...vectors].join(' + ') };
}
