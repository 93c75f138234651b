/** The roles of the keys of UMI's `TimmObsEncoder`: a model of timm for each camera, and what makes one vector of its map. */
import { NORM_PARTS, type NormKind, normRole, runningOf } from '../batchNorm.js';
import {
  always,
  type DimensionRole,
  type KeyRole,
  onlyBy,
  type RoleRule,
  setBy,
  unsettable,
} from '../keyRole.js';
import { OBSERVATIONS } from '../shapeMetaRoles.js';
import type { PolicySpec } from '../spec.js';
import type { TimmShape } from './shape.js';

type Facts = PolicySpec & { readonly encoder: TimmShape };
type Rule = RoleRule<Facts>;

export const MODEL_PATH = 'policy.obs_encoder.model_name';
const AGGREGATION_PATH = 'policy.obs_encoder.feature_aggregation';
const GROUP_NORM_PATH = 'policy.obs_encoder.use_group_norm';
const PRETRAINED_PATH = 'policy.obs_encoder.pretrained';
const RATIO_PATH = 'policy.obs_encoder.downsample_ratio';
const WIDTH = setBy('width of the model', MODEL_PATH);
const HIDDEN = setBy('width of the hidden layer', MODEL_PATH);
const CHANNELS_IN = setBy('input channels', MODEL_PATH);
const CHANNELS_OUT = setBy('output channels', MODEL_PATH);
const KERNEL: readonly DimensionRole[] = [
  setBy('kernel height', MODEL_PATH),
  setBy('kernel width', MODEL_PATH),
];
const PATCH: readonly DimensionRole[] = [
  setBy('height of a patch', MODEL_PATH),
  setBy('width of a patch', MODEL_PATH),
];
const COLOURS = unsettable('image channels');
const ONE = unsettable('one for all images');
const FEATURES = setBy('features', MODEL_PATH, RATIO_PATH);

export const TIMM_ROLES: readonly Rule[] = [
  [
    /^obs_encoder\._dummy_variable$/,
    () => always('empty tensor that only knows its device and dtype', unsettable('nothing')),
  ],
  ...vitRoles(),
  ...resnetRoles(),
  ...convNextRoles(),
  ...aggregationRoles(),
];

function vitRoles(): Rule[] {
  return [
    ofModel('cls_token', (model) => always(`class token of ${model}`, ONE, ONE, WIDTH)),
    ofModel('reg_token', (model) =>
      always(`register tokens of ${model}`, ONE, setBy('registers', MODEL_PATH), WIDTH),
    ),
    ofModel('pos_embed', (model) =>
      always(`positions of the tokens of ${model}`, ONE, setBy('tokens', MODEL_PATH), WIDTH),
    ),
    ofModel('patch_embed\\.proj\\.(weight|bias)', (model, [part]) =>
      parted(`projection of the patches of ${model}`, part!, WIDTH, COLOURS, ...PATCH),
    ),
    ofModel('(norm_pre|norm)\\.(weight|bias)', (model, [name, part]) =>
      norm(`${name === 'norm' ? 'behind' : 'before'} the blocks of ${model}`, part!, WIDTH),
    ),
    ofModel('blocks\\.(\\d+)\\.norm([12])\\.(weight|bias)', (model, [block, nth, part]) =>
      norm(`before the ${nth === '1' ? 'attention' : 'MLP'} in ${blockOf(block!)} of ${model}`, part!, WIDTH),
    ),
    ofModel('blocks\\.(\\d+)\\.ls([12])\\.gamma', (model, [block, nth]) =>
      always(`scale of the ${nth === '1' ? 'attention' : 'MLP'} in ${blockOf(block!)} of ${model}`, WIDTH),
    ),
    ofModel('blocks\\.(\\d+)\\.attn\\.(qkv|proj)\\.(weight|bias)', (model, [block, name, part]) => {
      const what = name === 'qkv' ? 'queries, keys and values' : 'output';
      const out = name === 'qkv' ? setBy('three times the width', MODEL_PATH) : WIDTH;
      return parted(`${what} of the attention in ${blockOf(block!)} of ${model}`, part!, out, WIDTH);
    }),
    ofModel('blocks\\.(\\d+)\\.mlp\\.fc([12])\\.(weight|bias)', (model, [block, nth, part]) =>
      mlp(`${blockOf(block!)} of ${model}`, nth!, part!),
    ),
  ];
}

function resnetRoles(): Rule[] {
  const place = (stage: string, block: string) => `block ${Number(block) + 1} of stage ${Number(stage) - 3}`;
  return [
    ofModel('0\\.weight', (model) =>
      always(`first convolution of ${model}`, CHANNELS_OUT, COLOURS, ...KERNEL),
    ),
    ofModel(`1\\.${NORM_PARTS}`, (model, [part], kind) =>
      normOf(kind, `behind the first convolution of ${model}`, part!),
    ),
    ofModel('([4-7])\\.(\\d+)\\.conv([1-3])\\.weight', (model, [stage, block, nth]) =>
      always(
        `convolution ${nth} in ${place(stage!, block!)} of ${model}`,
        CHANNELS_OUT,
        CHANNELS_IN,
        ...KERNEL,
      ),
    ),
    ofModel(`([4-7])\\.(\\d+)\\.bn([1-3])\\.${NORM_PARTS}`, (model, [stage, block, nth, part], kind) =>
      normOf(kind, `behind convolution ${nth} in ${place(stage!, block!)} of ${model}`, part!),
    ),
    ofModel('([4-7])\\.0\\.downsample\\.0\\.weight', (model, [stage]) =>
      always(
        `convolution in the shortcut of stage ${Number(stage) - 3} of ${model}`,
        CHANNELS_OUT,
        CHANNELS_IN,
        ...KERNEL,
      ),
    ),
    ofModel(`([4-7])\\.0\\.downsample\\.1\\.${NORM_PARTS}`, (model, [stage, part], kind) =>
      normOf(kind, `in the shortcut of stage ${Number(stage) - 3} of ${model}`, part!),
    ),
  ];
}

function convNextRoles(): Rule[] {
  const place = (stage: string, block: string) => `block ${Number(block) + 1} of stage ${Number(stage) + 1}`;
  const block = '1\\.([0-3])\\.blocks\\.(\\d+)';
  return [
    ofModel('0\\.0\\.(weight|bias)', (model, [part]) =>
      parted(`first convolution of ${model}`, part!, CHANNELS_OUT, COLOURS, ...KERNEL),
    ),
    ofModel('0\\.1\\.(weight|bias)', (model, [part]) =>
      norm(`behind the first convolution of ${model}`, part!, CHANNELS_OUT),
    ),
    ofModel('1\\.([1-3])\\.downsample\\.0\\.(weight|bias)', (model, [stage, part]) =>
      norm(`before stage ${Number(stage) + 1} of ${model}`, part!, CHANNELS_IN),
    ),
    ofModel('1\\.([1-3])\\.downsample\\.1\\.(weight|bias)', (model, [stage, part]) =>
      parted(
        `convolution that halves the map before stage ${Number(stage) + 1} of ${model}`,
        part!,
        CHANNELS_OUT,
        CHANNELS_IN,
        ...KERNEL,
      ),
    ),
    ofModel(`${block}\\.gamma`, (model, [stage, nth]) =>
      always(`scale of ${place(stage!, nth!)} of ${model}`, WIDTH),
    ),
    ofModel(`${block}\\.conv_dw\\.(weight|bias)`, (model, [stage, nth, part]) =>
      parted(
        `convolution of each channel in ${place(stage!, nth!)} of ${model}`,
        part!,
        WIDTH,
        unsettable('channels that one sees'),
        ...KERNEL,
      ),
    ),
    ofModel(`${block}\\.norm\\.(weight|bias)`, (model, [stage, nth, part]) =>
      norm(`before the MLP in ${place(stage!, nth!)} of ${model}`, part!, WIDTH),
    ),
    ofModel(`${block}\\.mlp\\.fc([12])\\.(weight|bias)`, (model, [stage, at, nth, part]) =>
      mlp(`${place(stage!, at!)} of ${model}`, nth!, part!),
    ),
  ];
}

function aggregationRoles(): Rule[] {
  const places = setBy('places of the map of features', RATIO_PATH);
  const threefold = setBy('three times the features', MODEL_PATH, RATIO_PATH);
  const feedforward = unsettable('width of the hidden layer');
  const layer = 'aggregation_transformer\\.layers\\.([0-3])';
  const where = (nth: string) => `layer ${Number(nth) + 1} of the aggregating transformer`;
  return [
    aggregated('spatial_embedding', () => always('weights of the features at each place', places, FEATURES)),
    aggregated('attention\\.0\\.weight', () =>
      always('attention that weighs the places of the map', unsettable('one weight'), FEATURES),
    ),
    aggregated('position_embedding', () => always('positions of the places of the map', places, FEATURES)),
    aggregated('attention_pool_2d\\.positional_embedding', () =>
      always('positions in the attention that pools the map', places, FEATURES),
    ),
    aggregated('attention_pool_2d\\.([kqvc])_proj\\.(weight|bias)', ([name, part]) => {
      const what = { k: 'keys', q: 'query', v: 'values', c: 'output' }[name!];
      return parted(`${what} of the attention that pools the map`, part!, FEATURES, FEATURES);
    }),
    aggregated(`${layer}\\.self_attn\\.in_proj_(weight|bias)`, ([nth, part]) =>
      parted(`queries, keys and values in ${where(nth!)}`, part!, threefold, FEATURES),
    ),
    aggregated(`${layer}\\.self_attn\\.out_proj\\.(weight|bias)`, ([nth, part]) =>
      parted(`output of the attention in ${where(nth!)}`, part!, FEATURES, FEATURES),
    ),
    aggregated(`${layer}\\.linear([12])\\.(weight|bias)`, ([nth, at, part]) => {
      const [out, into] = at === '1' ? [feedforward, FEATURES] : [FEATURES, feedforward];
      return parted(`${at === '1' ? 'first' : 'second'} MLP layer in ${where(nth!)}`, part!, out, into);
    }),
    aggregated(`${layer}\\.norm([12])\\.(weight|bias)`, ([nth, at, part]) =>
      norm(`behind the ${at === '1' ? 'attention' : 'MLP'} in ${where(nth!)}`, part!, FEATURES),
    ),
  ];
}

/** Below the model of one camera, whose observation decides whether it exists. */
function ofModel(
  tail: string,
  roleIn: (model: string, groups: readonly string[], norm: NormKind | undefined) => KeyRole,
): Rule {
  return [
    new RegExp(`^obs_encoder\\.key_model_map\\.([^.]+)\\.${tail}$`),
    ([camera, ...groups], { encoder }) => {
      const role = roleIn(`the image encoder of ${camera}`, groups, encoder?.norm);
      return onlyBy(`${OBSERVATIONS}.${camera}.type`, onlyBy(MODEL_PATH, role));
    },
  ];
}

function aggregated(tail: string, roleIn: (groups: readonly string[]) => KeyRole): Rule {
  return [new RegExp(`^obs_encoder\\.${tail}$`), (groups) => onlyBy(AGGREGATION_PATH, roleIn(groups))];
}

function blockOf(block: string): string {
  return `block ${Number(block) + 1}`;
}

function mlp(where: string, nth: string, part: string): KeyRole {
  const [out, into] = nth === '1' ? [HIDDEN, WIDTH] : [WIDTH, HIDDEN];
  return parted(`${nth === '1' ? 'first' : 'second'} MLP layer in ${where}`, part, out, into);
}

/** A weight (out, in, …) or its bias (out). */
function parted(meaning: string, part: string, ...dimensions: readonly DimensionRole[]): KeyRole {
  return part === 'weight'
    ? always(meaning, ...dimensions)
    : always(`bias of the ${meaning}`, dimensions[0]!);
}

function norm(where: string, part: string, channels: DimensionRole): KeyRole {
  return always(`${part === 'weight' ? 'scale' : 'shift'} of the norm ${where}`, channels);
}

/** Of a ResNet; the statistics of a BatchNorm come and go with the settings. */
function normOf(kind: NormKind | undefined, where: string, part: string): KeyRole {
  const role = normRole(kind, where, part, CHANNELS_OUT);
  return runningOf(`.${part}`) === undefined ? role : onlyBy(PRETRAINED_PATH, onlyBy(GROUP_NORM_PATH, role));
}
