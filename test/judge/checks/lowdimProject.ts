/** A project with a low-dim policy of 3 observed values and 2-D actions; `dataset` stands below `task.dataset`. */
import type { Files } from './fixture.js';

export function lowdimProject(dataset = ''): Files {
  return {
    'config/train.yaml': `_target_: project.workspace.Workspace
policy:
  _target_: diffusion_policy.policy.diffusion_unet_lowdim_policy.DiffusionUnetLowdimPolicy
  model:
    _target_: diffusion_policy.model.diffusion.conditional_unet1d.ConditionalUnet1D
    input_dim: 2
    global_cond_dim: 6
    down_dims: [8]
  noise_scheduler: {_target_: diffusers.DDPMScheduler}
  horizon: 8
  n_obs_steps: 2
  n_action_steps: 4
  obs_dim: 3
  action_dim: 2
  obs_as_global_cond: true
task:
  dataset:
    _target_: project.dataset.Dataset
    zarr_path: d.zarr
${dataset}`,
  };
}
