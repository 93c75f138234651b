/** The family of `DiffusionUnetImagePolicy`: ResNets of torchvision, and a UNet that the observations condition. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import { observedContext } from '../conditionalUnet1d/observedRoles.js';
import { unetRoles } from '../conditionalUnet1d/roles.js';
import { denoiserPlace, type KeyPlace, type PolicyFamily, words } from '../family.js';
import type { InitialRule } from '../initial.js';
import { DUMMY_ROLES, type RoleRule, roleBy } from '../keyRole.js';
import { batchNormSetting, comparedEncoder, multiImagePlace, multiImageRule } from '../multiImageEncoder.js';
import { MULTI_IMAGE_ROLES } from '../multiImageRoles.js';
import { normalizerAxis, normalizerPlace, normalizerRoles } from '../normalizer.js';
import { oneGroup, oneGroupSettings } from '../oneGroup.js';
import { schedulerSettings } from '../scheduler.js';
import { fieldRole } from '../shapeMetaRoles.js';
import type { ParameterSpec } from '../spec.js';
import { readUnetImage } from './read.js';
import { imageFeatures } from './roles.js';
import { ID, type UnetImageSpec } from './spec.js';

const ROLES: readonly RoleRule<UnetImageSpec>[] = [
  ...unetRoles(observedContext(imageFeatures)),
  ...MULTI_IMAGE_ROLES,
  ...normalizerRoles(fieldRole),
  ...DUMMY_ROLES,
];

export const UNET_IMAGE: PolicyFamily<UnetImageSpec> = {
  id: ID,
  name: 'diffusion UNet policy with torchvision’s image encoders',
  classes: ['DiffusionUnetImagePolicy'],
  configSections: [
    {
      path: 'policy',
      keys: words(`_target_ shape_meta noise_scheduler obs_encoder horizon n_action_steps n_obs_steps num_inference_steps
        obs_as_global_cond diffusion_step_embed_dim down_dims kernel_size n_groups cond_predict_scale`),
    },
    {
      path: 'policy.obs_encoder',
      target: 'MultiImageObsEncoder',
      keys: words(`_target_ shape_meta rgb_model resize_shape crop_shape random_crop use_group_norm share_rgb_model
        imagenet_norm`),
    },
    { path: 'policy.obs_encoder.rgb_model', target: 'get_resnet', keys: words('_target_ name weights') },
  ],
  divisions: [],
  sizeSettings: ['policy.down_dims', 'policy.diffusion_step_embed_dim', 'policy.kernel_size'],
  freezePath: 'training.freeze_encoder',
  batchNormSetting: ({ encoder }) => batchNormSetting(encoder),
  actionLayers: TRAJECTORY_LAYERS,
  learnsByInpainting: true,

  readSpec: readUnetImage,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf: (key, spec) => unetAxis(key, spec.unet) ?? normalizerAxis(key, spec),
  passedOn: (key, { unet }) => passedOn(key, unet),
  shortcuts: SHORTCUTS,
  initialRule,
  parameterGroups: oneGroup,
  optimizerSettings: oneGroupSettings,
  comparedSettings: ({ unet, encoder, obsAsGlobalCond, scheduler }) => [
    { name: 'policy.n_groups', value: unet.groups },
    { name: 'policy.cond_predict_scale', value: unet.predictScale },
    { name: 'policy.obs_as_global_cond', value: obsAsGlobalCond },
    ...comparedEncoder(encoder),
    ...schedulerSettings(scheduler),
  ],
};

function placeOf(key: string, spec?: UnetImageSpec): KeyPlace {
  const shared = normalizerPlace(key) ?? multiImagePlace(key, spec?.encoder);
  return shared ?? denoiserPlace(key);
}

function initialRule(entry: ParameterSpec, { encoder, parameters }: UnetImageSpec): InitialRule {
  const { key, shape } = entry;
  if (shape.includes(0)) return { kind: 'constant', value: 0 };
  return multiImagePlace(key) ? multiImageRule(key, shape, encoder) : unetRule(entry, parameters);
}
