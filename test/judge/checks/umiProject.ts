/** UMI's training of one arm as a project: relative poses, 10-D actions, a data set whose arrays are others than what the policy is given. */
import type { PlainMap } from '../../../engine/base/plain.js';
import { umiConfig } from '../../tensors/policy/configs.js';
import type { Files } from './fixture.js';

export const UMI_TRAINING = 'config/train_umi.yaml';

/** As UMI's scripts write it: poses of 3 + 3 numbers, and no action, which its sampler joins from them. */
export const UMI_ARRAYS = {
  camera0_rgb: [30, 224, 224, 3],
  robot0_eef_pos: [30, 3],
  robot0_eef_rot_axis_angle: [30, 3],
  robot0_gripper_width: [30, 1],
  robot0_demo_start_pose: [30, 6],
  robot0_demo_end_pose: [30, 6],
} as const;

const loader = { batch_size: 64, num_workers: 8, shuffle: true, pin_memory: true, persistent_workers: true };

/** `task` overrides entries of the task. */
export function umiProject(task: PlainMap = {}, encoder: PlainMap = {}): Files {
  const { policy } = umiConfig({}, encoder) as { policy: PlainMap };
  const training: PlainMap = {
    name: 'train_diffusion_unet_timm',
    _target_:
      'diffusion_policy.workspace.train_diffusion_unet_image_workspace.TrainDiffusionUnetImageWorkspace',
    task_name: 'umi',
    exp_name: 'default',
    n_action_steps: 8,
    policy,
    task: {
      name: 'umi',
      shape_meta: policy['shape_meta']!,
      pose_repr: { obs_pose_repr: 'relative', action_pose_repr: 'relative' },
      dataset: {
        _target_: 'diffusion_policy.dataset.umi_dataset.UmiDataset',
        shape_meta: policy['shape_meta']!,
        dataset_path: 'd.zarr',
        cache_dir: null,
        pose_repr: { obs_pose_repr: 'relative', action_pose_repr: 'relative' },
        action_padding: false,
        temporally_independent_normalization: false,
        repeat_frame_prob: 0,
        max_duration: null,
        seed: 42,
        val_ratio: 0.05,
      },
      ...task,
    },
    ema: {
      _target_: 'diffusion_policy.model.diffusion.ema_model.EMAModel',
      update_after_step: 0,
      inv_gamma: 1,
      power: 0.75,
      min_value: 0,
      max_value: 0.9999,
    },
    dataloader: loader,
    val_dataloader: { ...loader, shuffle: false },
    optimizer: {
      _target_: 'torch.optim.AdamW',
      lr: 3e-4,
      betas: [0.95, 0.999],
      eps: 1e-8,
      weight_decay: 1e-6,
    },
    training: {
      device: 'cuda:0',
      seed: 42,
      resume: false,
      num_epochs: 120,
      use_ema: true,
      freeze_encoder: false,
    },
    checkpoint: { topk: { monitor_key: 'val_loss', mode: 'min', k: 20 }, save_last_ckpt: true },
  };
  return { [UMI_TRAINING]: JSON.stringify(training, undefined, 2) };
}
