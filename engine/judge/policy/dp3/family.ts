/** The family of `DP3` and its kin: a PointNet over point clouds, and a UNet that points and state condition in several ways. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { CONDITION_TYPE_PATH } from '../conditionalUnet1d/conditionTypes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import { observedContext } from '../conditionalUnet1d/observedRoles.js';
import { unetRoles } from '../conditionalUnet1d/roles.js';
import { type ComparedSetting, denoiserPlace, type KeyPlace, type PolicyFamily, words } from '../family.js';
import type { InitialRule } from '../initial.js';
import { DUMMY_ROLES, type RoleRule, roleBy } from '../keyRole.js';
import { normalizerAxis, normalizerPlace, normalizerRoles } from '../normalizer.js';
import { oneGroup, oneGroupSettings } from '../oneGroup.js';
import { schedulerSettings } from '../scheduler.js';
import { fieldRole } from '../shapeMetaRoles.js';
import type { ParameterSpec } from '../spec.js';
import { COLUMNS } from './dataSets.js';
import { cloudAxis, cloudPlace, cloudRule } from './encoder.js';
import { SEEN } from './encoderRead.js';
import { readDp3 } from './read.js';
import { cloudFeatures, ENCODER_ROLES } from './roles.js';
import { CLASSES, type Dp3Spec, ID } from './spec.js';

const ROLES: readonly RoleRule<Dp3Spec>[] = [
  ...unetRoles(observedContext(cloudFeatures, { conditionType: CONDITION_TYPE_PATH })),
  ...ENCODER_ROLES,
  ...normalizerRoles(fieldRole),
  ...DUMMY_ROLES,
];

export const DP3: PolicyFamily<Dp3Spec> = {
  id: ID,
  name: 'diffusion UNet policy over point clouds',
  classes: CLASSES,
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler horizon n_action_steps n_obs_steps num_inference_steps obs_as_global_cond
        diffusion_step_embed_dim down_dims kernel_size n_groups condition_type use_down_condition use_mid_condition
        use_up_condition encoder_output_dim crop_shape use_pc_color pointnet_type pointcloud_encoder_cfg point_downsample
        use_point_crop use_image`),
    },
    {
      path: 'policy.pointcloud_encoder_cfg',
      keys: words(
        'in_channels out_channels use_layernorm final_norm use_projection normal_channel num_points',
      ),
    },
  ],
  divisions: [],
  sizeSettings: [
    'policy.down_dims',
    'policy.diffusion_step_embed_dim',
    'policy.kernel_size',
    'policy.encoder_output_dim',
  ],
  sees: SEEN,
  usualColumns: COLUMNS,
  actionLayers: TRAJECTORY_LAYERS,

  readSpec: readDp3,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf: (key, spec) =>
    unetAxis(key, spec.unet) ?? cloudAxis(key, spec.encoder) ?? normalizerAxis(key, spec),
  passedOn: (key, { unet }) => passedOn(key, unet),
  shortcuts: SHORTCUTS,
  initialRule,
  parameterGroups: oneGroup,
  optimizerSettings: oneGroupSettings,
  comparedSettings,
};

function placeOf(key: string): KeyPlace {
  const shared = normalizerPlace(key) ?? cloudPlace(key);
  return shared ?? denoiserPlace(key);
}

function initialRule(entry: ParameterSpec, { parameters }: Dp3Spec): InitialRule {
  if (entry.shape.includes(0)) return { kind: 'constant', value: 0 };
  return cloudPlace(entry.key) ? cloudRule(entry, parameters) : unetRule(entry, parameters);
}

function comparedSettings(spec: Dp3Spec): ComparedSetting[] {
  const { policyClass, encoder, condition, unet, obsAsGlobalCond, scheduler } = spec;
  return [
    { name: 'policy._target_', value: policyClass },
    { name: 'policy.condition_type', value: condition.type },
    { name: 'policy.use_down_condition', value: condition.inDown },
    { name: 'policy.use_mid_condition', value: condition.inMiddle },
    { name: 'policy.use_up_condition', value: condition.inUp },
    { name: 'policy.n_groups', value: unet.groups },
    { name: 'policy.obs_as_global_cond', value: obsAsGlobalCond },
    { name: 'policy.pointnet_type', value: encoder.pointNet.kind },
    ...schedulerSettings(scheduler),
  ];
}
