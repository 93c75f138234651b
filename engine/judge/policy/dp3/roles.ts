/** The roles of the keys of DP3's encoder, and the observation features that it gives. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
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
import { STATE_FEATURES } from './encoder.js';
import { type Dp3Spec, isDp3 } from './spec.js';

type Facts = Partial<Dp3Spec>;
const CONFIG = 'policy.pointcloud_encoder_cfg';
const TYPE_PATH = 'policy.pointnet_type';
const COLOURS = 'policy.use_pc_color';
const HIDDEN = unsettable('channels of the PointNet');
const STATE_HIDDEN = unsettable('features of the state');

export const ENCODER_ROLES: readonly RoleRule<Dp3Spec>[] = [
  [
    /^obs_encoder\.extractor\.mlp\.(0|3|6|9)\.(weight|bias)$/,
    ([place, part]) => {
      const nth = Number(place) / 3 + 1;
      const into = nth === 1 ? setBy('values of each point', COLOURS) : HIDDEN;
      const role = layer(`layer ${nth} of the PointNet, of each point`, part!, HIDDEN, into);
      return nth === 4 ? onlyBy(COLOURS, role) : role;
    },
  ],
  [
    /^obs_encoder\.extractor\.mlp\.(1|4|7)\.(weight|bias)$/,
    ([place, part]) =>
      onlyBy(
        `${CONFIG}.use_layernorm`,
        norm(`after layer ${(Number(place) - 1) / 3 + 1} of the PointNet`, part!, HIDDEN),
      ),
  ],
  [
    /^obs_encoder\.extractor\.final_projection\.(?:0\.)?(weight|bias)$/,
    ([part], facts) =>
      onlyBy(
        `${CONFIG}.use_projection`,
        layer('projection of the greatest over all points', part!, output(facts), HIDDEN),
      ),
  ],
  [
    /^obs_encoder\.extractor\.final_projection\.1\.(weight|bias)$/,
    ([part], facts) =>
      onlyBy(`${CONFIG}.final_norm`, norm('after the projection of the points', part!, output(facts))),
  ],
  [
    /^obs_encoder\.extractor\.conv_(in|out)\.(weight|bias)$/,
    ([place, part], facts) => {
      const [out, into] =
        place === 'in'
          ? [HIDDEN, unsettable('coordinates')]
          : [output(facts), unsettable('channels of all stages')];
      const meaning =
        place === 'in' ? 'first layer of the PointNet' : 'last layer of the PointNet, over all stages';
      return onlyBy(TYPE_PATH, layer(meaning, part!, out, into, unsettable('kernel size')));
    },
  ],
  [
    /^obs_encoder\.extractor\.(global_layers|layers)\.([0-3])\.(weight|bias)$/,
    ([kind, stage, part]) => {
      const what = kind === 'layers' ? 'each point' : 'each point and the greatest over all';
      const meaning = `layer of stage ${Number(stage) + 1} of the PointNet, of ${what}`;
      return onlyBy(TYPE_PATH, layer(meaning, part!, HIDDEN, HIDDEN, unsettable('kernel size')));
    },
  ],
  [
    /^obs_encoder\.state_mlp\.([02])\.(weight|bias)$/,
    ([place, part], facts) =>
      place === '0'
        ? layer('first layer of the state’s MLP', part!, STATE_HIDDEN, stateValues(facts))
        : layer('second layer of the state’s MLP', part!, STATE_HIDDEN, STATE_HIDDEN),
  ],
];

/** The points' and the state's features of one step. */
export function cloudFeatures(unet: Partial<UnetSpec>): DimensionRole {
  const facts = isDp3(unet) ? unet : {};
  const role = setBy('observation features', ...output(facts).paths);
  const { encoder } = facts;
  return encoder === undefined
    ? role
    : { ...role, parts: `points ${encoder.cloudFeatures} + state ${STATE_FEATURES}` };
}

/** Where the PointNet of the points is not known to be one of several stages, the encoder's setting counts. */
function output({ encoder }: Facts): DimensionRole {
  const path =
    encoder?.pointNet.kind === 'multi_stage_pointnet'
      ? `${CONFIG}.out_channels`
      : 'policy.encoder_output_dim';
  return setBy('features of the points', path);
}

function stateValues({ encoder }: Facts): DimensionRole {
  const state = encoder?.state ?? [];
  const role = setBy('values of the state', ...state.map(({ key }) => `${OBSERVATIONS}.${key}.shape.0`));
  if (state.length < 2) return role;
  return { ...role, parts: state.map(({ key, shape }) => `${key} ${shape[0]}`).join(' + ') };
}

/** A weight (out, in, …) or its bias (out). */
function layer(meaning: string, part: string, ...dimensions: readonly DimensionRole[]): KeyRole {
  return part === 'weight'
    ? always(meaning, ...dimensions)
    : always(`bias of the ${meaning}`, dimensions[0]!);
}

function norm(where: string, part: string, width: DimensionRole): KeyRole {
  return always(`${part === 'weight' ? 'scale' : 'shift'} of the LayerNorm ${where}`, width);
}
