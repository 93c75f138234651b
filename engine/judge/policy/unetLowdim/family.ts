/** The family of `DiffusionUnetLowdimPolicy`: a UNet that is given one vector a step, as a global or local condition or as a part of the trajectory. */
import { passedOn, SHORTCUTS, TRAJECTORY_LAYERS, unetAxis } from '../conditionalUnet1d/axes.js';
import { unetRule } from '../conditionalUnet1d/initial.js';
import { denoiserPlace, type KeyPlace, type PolicyFamily, words } from '../family.js';
import type { InitialRule } from '../initial.js';
import { DUMMY_ROLES, type RoleRule, roleBy } from '../keyRole.js';
import { COLUMN_NAMES, COLUMN_WIDTHS } from '../lowdim.js';
import { normalizerAxis, normalizerPlace } from '../normalizer.js';
import { oneGroup, oneGroupSettings } from '../oneGroup.js';
import { schedulerSettings } from '../scheduler.js';
import type { ParameterSpec } from '../spec.js';
import { NETWORK_ARGUMENTS, readUnetLowdim } from './read.js';
import { LOWDIM_ROLES } from './roles.js';
import { ID, type UnetLowdimSpec } from './spec.js';

const ROLES: readonly RoleRule<UnetLowdimSpec>[] = [...LOWDIM_ROLES, ...DUMMY_ROLES];

export const UNET_LOWDIM: PolicyFamily<UnetLowdimSpec> = {
  id: ID,
  name: 'low-dimensional diffusion UNet policy',
  classes: ['DiffusionUnetLowdimPolicy'],
  configSections: [
    {
      path: '',
      keys: words(`obs_dim action_dim keypoint_dim obs_key action_key keypoint_visible_rate obs_as_local_cond obs_as_global_cond
        pred_action_steps_only`),
    },
    {
      path: 'policy',
      keys: words(`_target_ model noise_scheduler horizon obs_dim action_dim n_action_steps n_obs_steps num_inference_steps
        obs_as_local_cond obs_as_global_cond pred_action_steps_only oa_step_convention`),
    },
    {
      path: 'policy.model',
      target: 'ConditionalUnet1D',
      keys: ['_target_', ...NETWORK_ARGUMENTS],
    },
  ],
  divisions: [],
  sizeSettings: [
    'policy.model.down_dims',
    'policy.model.diffusion_step_embed_dim',
    'policy.model.kernel_size',
  ],
  actionLayers: TRAJECTORY_LAYERS,
  columnWidths: COLUMN_WIDTHS,
  columnNames: COLUMN_NAMES,

  readSpec: readUnetLowdim,
  roleOf: (key, facts) => roleBy(ROLES, key, facts),
  placeOf,
  axisOf: (key, spec) => unetAxis(key, spec.unet) ?? normalizerAxis(key, spec),
  passedOn: (key, { unet }) => passedOn(key, unet),
  shortcuts: SHORTCUTS,
  initialRule,
  parameterGroups: oneGroup,
  optimizerSettings: oneGroupSettings,
  comparedSettings: ({ unet, observedAs, actionStepsOnly, actsFromLastObserved, scheduler }) => [
    { name: 'policy.model.n_groups', value: unet.groups },
    { name: 'policy.model.cond_predict_scale', value: unet.predictScale },
    { name: 'policy.obs_as_global_cond', value: observedAs === 'global condition' },
    { name: 'policy.obs_as_local_cond', value: observedAs === 'local condition' },
    { name: 'policy.pred_action_steps_only', value: actionStepsOnly },
    // Of a whole horizon it only says which steps are executed.
    ...(actionStepsOnly ? [{ name: 'policy.oa_step_convention', value: actsFromLastObserved }] : []),
    ...schedulerSettings(scheduler),
  ],
};

function placeOf(key: string): KeyPlace {
  return normalizerPlace(key) ?? denoiserPlace(key);
}

function initialRule(entry: ParameterSpec, { parameters }: UnetLowdimSpec): InitialRule {
  return entry.shape.includes(0) ? { kind: 'constant', value: 0 } : unetRule(entry, parameters);
}
