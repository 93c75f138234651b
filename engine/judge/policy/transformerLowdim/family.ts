/** The family of `DiffusionTransformerLowdimPolicy`: a transformer that is given one vector a step, as a condition or as a part of the trajectory. */
import { transformerGroups } from '../diffusionTransformer/groups.js';
import { transformerRule } from '../diffusionTransformer/initial.js';
import { denoiserPlace, type KeyPlace, type PolicyFamily, words } from '../family.js';
import { DUMMY_ROLES, type RoleRule, roleBy } from '../keyRole.js';
import { COLUMN_NAMES, COLUMN_WIDTHS } from '../lowdim.js';
import { normalizerPlace } from '../normalizer.js';
import { schedulerSettings } from '../scheduler.js';
import { axisOf } from './axes.js';
import { optimizerSettings } from './optimizer.js';
import { readTransformerLowdim } from './read.js';
import { LOWDIM_ROLES } from './roles.js';
import { ID, type TransformerLowdimSpec } from './spec.js';

const ROLES: readonly RoleRule<TransformerLowdimSpec>[] = [...LOWDIM_ROLES, ...DUMMY_ROLES];

export const TRANSFORMER_LOWDIM: PolicyFamily<TransformerLowdimSpec> = {
  id: ID,
  name: 'low-dimensional diffusion transformer policy',
  classes: ['DiffusionTransformerLowdimPolicy'],
  configSections: [
    { path: '', keys: words('obs_dim action_dim keypoint_dim obs_key action_key pred_action_steps_only') },
    {
      path: 'policy',
      keys: words(`_target_ model noise_scheduler horizon obs_dim action_dim n_action_steps n_obs_steps num_inference_steps
        obs_as_cond pred_action_steps_only`),
    },
    {
      path: 'policy.model',
      target: 'TransformerForDiffusion',
      keys: words(`_target_ input_dim output_dim horizon n_obs_steps cond_dim n_layer n_head n_emb p_drop_emb p_drop_attn
        causal_attn time_as_cond obs_as_cond n_cond_layers`),
    },
    { path: 'optimizer', keys: words('learning_rate weight_decay betas') },
  ],
  divisions: [
    {
      code: 'heads-do-not-divide',
      count: 'policy.model.n_head',
      width: 'policy.model.n_emb',
      what: 'heads',
    },
  ],
  sizeSettings: ['policy.model.n_layer', 'policy.model.n_head', 'policy.model.n_emb'],
  columnWidths: COLUMN_WIDTHS,
  columnNames: COLUMN_NAMES,
  actionLayers: ['model.input_emb', 'model.head'],

  readSpec: readTransformerLowdim,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf,
  initialRule: transformerRule,
  parameterGroups: transformerGroups,
  optimizerSettings,
  comparedSettings: ({ heads, causalAttention, condWidth, condTokens, actionStepsOnly, scheduler }) => [
    { name: 'policy.model.n_head', value: heads },
    { name: 'policy.model.causal_attn', value: causalAttention },
    { name: 'policy.model.time_as_cond', value: condTokens > 0 },
    { name: 'policy.obs_as_cond', value: condWidth > 0 },
    { name: 'policy.pred_action_steps_only', value: actionStepsOnly },
    ...schedulerSettings(scheduler),
  ],
};

function placeOf(key: string): KeyPlace {
  return normalizerPlace(key) ?? denoiserPlace(key);
}
