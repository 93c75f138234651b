/** The family of UMI's `DiffusionUnetTimmPolicy`: a model of timm for each camera, and a UNet that the observations condition. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import { unetRoles } from '../conditionalUnet1d/roles.js';
import { SEES } from '../conditionalUnet1d/stepwiseRoles.js';
import { denoiserPlace, type KeyPlace, type PolicyFamily, words } from '../family.js';
import type { InitialRule } from '../initial.js';
import { DUMMY_ROLES, type RoleRule, roleBy } from '../keyRole.js';
import { normalizerAxis, normalizerPlace, normalizerRoles } from '../normalizer.js';
import { schedulerSettings } from '../scheduler.js';
import { fieldRole } from '../shapeMetaRoles.js';
import type { ParameterSpec } from '../spec.js';
import { timmRule } from '../timmEncoder/initial.js';
import { timmPlace } from '../timmEncoder/keys.js';
import { poseSettings } from '../timmEncoder/poses.js';
import { TIMM_ROLES } from '../timmEncoder/roles.js';
import { TIMM_SECTION } from '../timmEncoder/section.js';
import { optimizerSettings, parameterGroups } from './optimizer.js';
import { readUnetTimm } from './read.js';
import { ID, type UnetTimmSpec } from './spec.js';

const ROLES: readonly RoleRule<UnetTimmSpec>[] = [
  ...unetRoles(SEES),
  ...TIMM_ROLES,
  ...normalizerRoles(fieldRole),
  ...DUMMY_ROLES,
];

export const UNET_TIMM: PolicyFamily<UnetTimmSpec> = {
  id: ID,
  name: 'diffusion UNet policy with timm’s image encoders (UMI)',
  classes: ['DiffusionUnetTimmPolicy'],
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler obs_encoder num_inference_steps obs_as_global_cond
        diffusion_step_embed_dim down_dims kernel_size n_groups cond_predict_scale input_pertub
        inpaint_fixed_action_prefix train_diffusion_n_samples`),
    },
    TIMM_SECTION,
  ],
  divisions: [],
  sizeSettings: ['policy.down_dims', 'policy.diffusion_step_embed_dim', 'policy.kernel_size'],
  derivesColumns: true,
  freezePath: 'training.freeze_encoder',
  actionLayers: TRAJECTORY_LAYERS,
  shortcuts: SHORTCUTS,

  readSpec: readUnetTimm,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf: (key, spec) => unetAxis(key, spec.unet) ?? normalizerAxis(key, spec),
  passedOn: (key, { unet }) => passedOn(key, unet),
  initialRule,
  parameterGroups,
  optimizerSettings,
  comparedSettings: ({ unet, encoder, rotations, poses, scheduler }) => [
    { name: 'policy.n_groups', value: unet.groups },
    { name: 'policy.cond_predict_scale', value: unet.predictScale },
    { name: 'policy.obs_encoder.model_name', value: encoder.modelName.split('.', 1)[0]! },
    // What the setting says of a model without such norms changes nothing.
    {
      name: 'policy.obs_encoder (norms of the ResNet)',
      value: encoder.model.kind === 'resnet' ? encoder.norm : 'none',
    },
    { name: 'policy.obs_encoder.feature_aggregation', value: encoder.aggregation ?? 'class token' },
    ...poseSettings({ rotations, poses }),
    ...schedulerSettings(scheduler),
  ],
};

function placeOf(key: string): KeyPlace {
  return normalizerPlace(key) ?? timmPlace(key) ?? denoiserPlace(key);
}

function initialRule(entry: ParameterSpec, { encoder, parameters }: UnetTimmSpec): InitialRule {
  if (entry.shape.includes(0)) return { kind: 'constant', value: 0 };
  return timmPlace(entry.key) ? timmRule(entry, encoder) : unetRule(entry, parameters);
}
