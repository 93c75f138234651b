/** The family of LeRobot's `ACTPolicy`: a transformer that predicts a chunk of actions at once, and the encoder that trains its latent. */
import { type ParameterGroup, type PolicyFamily, words } from '../family.js';
import { type RoleRule, roleBy } from '../keyRole.js';
import { LEROBOT_KEYS, TRAINED_BY } from '../lerobot/every.js';
import { modeSettings } from '../lerobot/features.js';
import { readOptimizer } from '../lerobot/optimizer.js';
import { oneGroup } from '../oneGroup.js';
import type { PolicySpec } from '../spec.js';
import { actRule } from './initial.js';
import { BACKBONE } from './keys.js';
import { ACTION_LAYERS, axisOf, nameInKeys, placeOf } from './places.js';
import { readLerobotAct } from './read.js';
import { ACT_ROLES } from './roles.js';
import { ID, type LerobotActSpec } from './spec.js';

const ROLES: readonly RoleRule<LerobotActSpec>[] = ACT_ROLES;
const GROUPS = ['others', 'backbone'] as const;

export const LEROBOT_ACT: PolicyFamily<LerobotActSpec> = {
  id: ID,
  name: 'LeRobot ACT policy',
  classes: ['modeling_act.ACTPolicy'],
  configSections: [
    {
      path: 'policy',
      keys: [
        ...LEROBOT_KEYS,
        ...words(`chunk_size replace_final_stride_with_dilation pre_norm dim_model n_heads dim_feedforward
          feedforward_activation n_encoder_layers n_decoder_layers use_vae latent_dim n_vae_encoder_layers
          temporal_ensemble_coeff dropout kl_weight optimizer_lr_backbone`),
      ],
    },
  ],
  divisions: [
    { code: 'heads-do-not-divide', count: 'policy.n_heads', width: 'policy.dim_model', what: 'heads' },
  ],
  sizeSettings: [
    'policy.dim_model',
    'policy.n_heads',
    'policy.n_encoder_layers',
    'policy.n_decoder_layers',
    'policy.dim_feedforward',
  ],
  trainedBy: TRAINED_BY,
  actionLayers: ACTION_LAYERS,

  readSpec: readLerobotAct,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  nameInKeys,
  axisOf,
  initialRule: actRule,
  parameterGroups,
  optimizerSettings: (resolved) =>
    readOptimizer(resolved, { rate: 1e-5, betas: [0.9, 0.999], groups: GROUPS, decay: 1e-4 }),
  beginsOtherwise,
  comparedSettings: ({ heads, normFirst, activation, vaeLayers, backbone, modes }) => [
    { name: 'policy.n_heads', value: heads },
    { name: 'policy.pre_norm', value: normFirst },
    { name: 'policy.feedforward_activation', value: activation },
    { name: 'policy.use_vae', value: vaeLayers !== undefined },
    ...(backbone === undefined ? [] : [{ name: 'policy.vision_backbone', value: backbone.name }]),
    ...modeSettings(modes),
  ],
};

/** Attention sees all tokens at once: there is no silent one. */
function beginsOtherwise(
  { horizon: before }: LerobotActSpec,
  { horizon: now }: LerobotActSpec,
  added: readonly string[],
): string[] {
  const then = 'so the adapted policy does not begin with the old one’s predictions';
  const chunk = `the chunk has ${now} steps and had ${before}: each step attends to all others, ${then}`;
  return [
    ...added.map((name) => `${name} is new: its tokens take a part of the attention at once, ${then}`),
    ...(now === before ? [] : [chunk]),
  ];
}

/** The backbone has a learning rate of its own. */
function parameterGroups(spec: Pick<PolicySpec, 'parameters'>): ParameterGroup[] {
  const trained = oneGroup(spec).flatMap(({ parameters }) => parameters);
  return GROUPS.map((name) => ({
    name,
    parameters: trained.filter(({ key }) => key.startsWith(BACKBONE) === (name === 'backbone')),
  }));
}
