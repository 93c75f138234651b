/** The family of `DiffusionTransformerHybridImagePolicy`: robomimic's image encoders, and a transformer that attends to the observations. */
import { denoiserPlace, type KeyPlace, type PolicyFamily, words } from '../family.js';
import { DUMMY_ROLES, type RoleRule, roleBy } from '../keyRole.js';
import { normalizerPlace, normalizerRoles } from '../normalizer.js';
import { CROP_PATH, comparedNorm, encoderPlace, robomimicBatchNorm } from '../robomimicEncoder.js';
import { ENCODER_ROLES } from '../robomimicRoles.js';
import { schedulerSettings } from '../scheduler.js';
import { fieldRole } from '../shapeMetaRoles.js';
import { axisOf } from './axes.js';
import { initialRule } from './initial.js';
import { optimizerSettings, parameterGroups } from './optimizer.js';
import { readTransformerHybrid } from './read.js';
import { TRANSFORMER_ROLES } from './roles.js';
import { ID, type TransformerHybridSpec } from './spec.js';

const ROLES: readonly RoleRule<TransformerHybridSpec>[] = [
  ...TRANSFORMER_ROLES,
  ...ENCODER_ROLES,
  ...normalizerRoles(fieldRole),
  ...DUMMY_ROLES,
];

export const TRANSFORMER_HYBRID: PolicyFamily<TransformerHybridSpec> = {
  id: ID,
  name: 'diffusion transformer policy',
  classes: ['DiffusionTransformerHybridImagePolicy'],
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler horizon n_action_steps n_obs_steps num_inference_steps crop_shape
        obs_encoder_group_norm eval_fixed_crop n_layer n_cond_layers n_head n_emb p_drop_emb p_drop_attn causal_attn time_as_cond
        obs_as_cond pred_action_steps_only`),
    },
    {
      path: 'optimizer',
      keys: words('transformer_weight_decay obs_encoder_weight_decay learning_rate betas'),
    },
  ],
  divisions: [{ code: 'heads-do-not-divide', count: 'policy.n_head', width: 'policy.n_emb', what: 'heads' }],
  sizeSettings: ['policy.n_layer', 'policy.n_head', 'policy.n_emb'],
  cropPath: CROP_PATH.join('.'),
  batchNormSetting: robomimicBatchNorm,
  actionLayers: ['model.input_emb', 'model.head'],

  readSpec: readTransformerHybrid,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf,
  initialRule,
  parameterGroups,
  optimizerSettings,
  comparedSettings: ({
    heads,
    causalAttention,
    condWidth,
    condTokens,
    actionStepsOnly,
    scheduler,
    encoderNorm,
  }) => [
    comparedNorm({ encoderNorm }),
    { name: 'policy.n_head', value: heads },
    { name: 'policy.causal_attn', value: causalAttention },
    { name: 'policy.time_as_cond', value: condTokens > 0 },
    { name: 'policy.obs_as_cond', value: condWidth > 0 },
    { name: 'policy.pred_action_steps_only', value: actionStepsOnly },
    ...schedulerSettings(scheduler),
  ],
};

function placeOf(key: string): KeyPlace {
  const shared = normalizerPlace(key) ?? encoderPlace(key);
  return shared ?? denoiserPlace(key);
}
