/** Resolved training configs for tests: the parts that the policy and the optimizer depend on. */
import type { Plain, PlainMap } from '../../../engine/base/plain.js';

export const shapeMeta = (obs: PlainMap, actionDim: number): PlainMap => ({
  obs,
  action: { shape: [actionDim] },
});
export const image = (...shape: number[]): PlainMap => ({ shape, type: 'rgb' });
export const pose: PlainMap = { shape: [7], type: 'low_dim' };
export const gripper: PlainMap = { shape: [1], type: 'low_dim' };

const OBSERVATIONS_8D = shapeMeta(
  { image: image(3, 90, 160), robot_eef_pose: pose, robot_gripper_state: gripper },
  8,
);
const SCHEDULER: PlainMap = {
  _target_: 'diffusers.schedulers.scheduling_ddpm.DDPMScheduler',
  num_train_timesteps: 100,
  beta_start: 0.0001,
  beta_end: 0.02,
  beta_schedule: 'squaredcos_cap_v2',
  clip_sample: true,
  prediction_type: 'epsilon',
  variance_type: 'fixed_small',
};

/** The 8-D reference of the UNet hybrid policies; `change` overrides single entries of `policy`. */
export function unetHybridConfig(change: Readonly<Record<string, Plain>> = {}): PlainMap {
  return {
    policy: {
      _target_: 'diffusion_policy.policy.diffusion_unet_hybrid_image_policy.DiffusionUnetHybridImagePolicy',
      shape_meta: OBSERVATIONS_8D,
      noise_scheduler: SCHEDULER,
      horizon: 16,
      n_obs_steps: 2,
      n_action_steps: 8,
      num_inference_steps: 10,
      obs_as_global_cond: true,
      crop_shape: [81, 144],
      obs_encoder_group_norm: true,
      eval_fixed_crop: true,
      diffusion_step_embed_dim: 16,
      down_dims: [16, 32],
      kernel_size: 5,
      n_groups: 8,
      cond_predict_scale: true,
      ...change,
    },
    optimizer: {
      _target_: 'torch.optim.AdamW',
      lr: 0.0001,
      betas: [0.95, 0.999],
      eps: 1e-8,
      weight_decay: 1e-6,
    },
    training: { use_ema: true },
  };
}

/** The 8-D reference of the UNet image policies; `policy` and `encoder` override single entries. Both have the same `shape_meta`. */
export function unetImageConfig(policy: PlainMap = {}, encoder: PlainMap = {}): PlainMap {
  const { policy: hybrid, ...rest } = unetHybridConfig();
  const { crop_shape, obs_encoder_group_norm, eval_fixed_crop, ...shared } = hybrid as PlainMap;
  return {
    ...rest,
    policy: {
      ...shared,
      _target_: 'diffusion_policy.policy.diffusion_unet_image_policy.DiffusionUnetImagePolicy',
      ...policy,
      obs_encoder: {
        _target_: 'diffusion_policy.model.vision.multi_image_obs_encoder.MultiImageObsEncoder',
        shape_meta: policy['shape_meta'] ?? OBSERVATIONS_8D,
        rgb_model: {
          _target_: 'diffusion_policy.model.vision.model_getter.get_resnet',
          name: 'resnet18',
          weights: null,
        },
        resize_shape: null,
        crop_shape: [76, 76],
        random_crop: true,
        use_group_norm: true,
        share_rgb_model: false,
        imagenet_norm: true,
        ...encoder,
      },
    },
  };
}

/** The policy part of the reference configs; `change` overrides single entries of `policy`. */
export function config(change: Readonly<Record<string, Plain>> = {}): PlainMap {
  return {
    policy: {
      _target_:
        'diffusion_policy.policy.diffusion_transformer_hybrid_image_policy.DiffusionTransformerHybridImagePolicy',
      shape_meta: OBSERVATIONS_8D,
      noise_scheduler: SCHEDULER,
      horizon: 16,
      n_obs_steps: 2,
      n_action_steps: 8,
      num_inference_steps: 10,
      crop_shape: [81, 144],
      obs_encoder_group_norm: true,
      n_layer: 2,
      n_head: 2,
      n_emb: 32,
      p_drop_attn: 0,
      ...change,
    },
    optimizer: {
      transformer_weight_decay: 0.001,
      obs_encoder_weight_decay: 1e-6,
      learning_rate: 0.0001,
      betas: [0.9, 0.95],
    },
    training: { use_ema: true },
  };
}

/** The reference config of a transformer low-dim policy; `policy` and `model` override single entries. */
export function lowdimConfig(policy: PlainMap = {}, model: PlainMap = {}): PlainMap {
  const steps = { horizon: 16, n_obs_steps: 2 };
  return {
    policy: {
      _target_:
        'diffusion_policy.policy.diffusion_transformer_lowdim_policy.DiffusionTransformerLowdimPolicy',
      model: {
        _target_: 'diffusion_policy.model.diffusion.transformer_for_diffusion.TransformerForDiffusion',
        ...steps,
        input_dim: 8,
        output_dim: 8,
        cond_dim: 21,
        n_layer: 2,
        n_head: 2,
        n_emb: 32,
        p_drop_emb: 0,
        p_drop_attn: 0,
        causal_attn: true,
        ...model,
      },
      noise_scheduler: SCHEDULER,
      ...steps,
      n_action_steps: 8,
      num_inference_steps: 10,
      obs_dim: 21,
      action_dim: 8,
      obs_as_cond: true,
      ...policy,
    },
    optimizer: { learning_rate: 0.0001, weight_decay: 0.001, betas: [0.9, 0.95] },
    training: { use_ema: true },
  };
}

/** The same with the observation in the trajectory. */
export function inpaintingConfig(policy: PlainMap = {}, model: PlainMap = {}): PlainMap {
  const widths = { input_dim: 29, output_dim: 29, cond_dim: 0 };
  return lowdimConfig({ obs_as_cond: false, ...policy }, { ...widths, ...model });
}

/** The reference config of a UNet low-dim policy: the observation as a global condition. */
export function unetLowdimConfig(policy: PlainMap = {}, model: PlainMap = {}): PlainMap {
  return {
    policy: {
      _target_: 'diffusion_policy.policy.diffusion_unet_lowdim_policy.DiffusionUnetLowdimPolicy',
      model: {
        _target_: 'diffusion_policy.model.diffusion.conditional_unet1d.ConditionalUnet1D',
        input_dim: 8,
        local_cond_dim: null,
        global_cond_dim: 42,
        diffusion_step_embed_dim: 16,
        down_dims: [16, 32],
        kernel_size: 5,
        n_groups: 8,
        cond_predict_scale: true,
        ...model,
      },
      noise_scheduler: SCHEDULER,
      horizon: 16,
      n_obs_steps: 2,
      n_action_steps: 8,
      num_inference_steps: 10,
      obs_dim: 21,
      action_dim: 8,
      obs_as_local_cond: false,
      obs_as_global_cond: true,
      pred_action_steps_only: false,
      oa_step_convention: true,
      ...policy,
    },
    optimizer: {
      _target_: 'torch.optim.AdamW',
      lr: 0.0001,
      betas: [0.95, 0.999],
      eps: 1e-8,
      weight_decay: 1e-6,
    },
    training: { use_ema: true },
  };
}

/** The same with the observation as a condition of each step. */
export function unetLocalConfig(policy: PlainMap = {}, model: PlainMap = {}): PlainMap {
  const switches = { obs_as_global_cond: false, obs_as_local_cond: true };
  return unetLowdimConfig(
    { ...switches, ...policy },
    { global_cond_dim: null, local_cond_dim: 21, ...model },
  );
}

/** The same with the observation in the trajectory. */
export function unetInpaintingConfig(policy: PlainMap = {}, model: PlainMap = {}): PlainMap {
  return unetLowdimConfig(
    { obs_as_global_cond: false, ...policy },
    { global_cond_dim: null, input_dim: 29, ...model },
  );
}

/** A policy of the co-training project: the UNet hybrid, told a target and which data set a window comes from. */
export function unetTargetedConfig(policy: PlainMap = {}): PlainMap {
  const { policy: hybrid, ...rest } = unetHybridConfig();
  return {
    ...rest,
    policy: {
      ...(hybrid as PlainMap),
      _target_:
        'diffusion_policy.policy.diffusion_unet_hybrid_image_targeted_policy.DiffusionUnetHybridImageTargetedPolicy',
      use_target_cond: true,
      target_dim: 3,
      one_hot_encoding_dim: 2,
      ...policy,
    },
  };
}

/** A teacher of consistency-policy, or the student that it teaches. */
export function consistencyConfig(kind: 'teacher' | 'student', policy: PlainMap = {}): PlainMap {
  const { policy: hybrid, ...rest } = unetHybridConfig();
  const { num_inference_steps, ...base } = hybrid as PlainMap;
  const isStudent = kind === 'student';
  return {
    ...rest,
    policy: {
      ...base,
      _target_: isStudent
        ? 'consistency_policy.student.ctm_policy.CTMPPUnetHybridImagePolicy'
        : 'consistency_policy.teacher.edm_policy.KarrasUnetHybridImagePolicy',
      noise_scheduler: {
        _target_: `consistency_policy.diffusion.${isStudent ? 'CTM' : 'Karras'}_Scheduler`,
        ...{
          time_min: 0.02,
          time_max: 80,
          rho: 7,
          bins: 80,
          solver: 'heun',
          scaling: 'boundary',
          data_std: 0.5,
        },
      },
      ...policy,
    },
  };
}

const umiVector = (width: number, more: PlainMap = {}): PlainMap => ({
  shape: [width],
  horizon: 2,
  type: 'low_dim',
  ...more,
});

/** UMI's observations of one arm. */
export const umiObs: PlainMap = {
  camera0_rgb: { shape: [3, 224, 224], horizon: 2, type: 'rgb' },
  robot0_eef_pos: umiVector(3),
  robot0_eef_rot_axis_angle: umiVector(6, { raw_shape: [3], rotation_rep: 'rotation_6d' }),
  robot0_gripper_width: umiVector(1),
};

interface UmiMeta {
  readonly obs?: PlainMap;
  readonly action?: number;
  readonly horizon?: number;
}

/** A UMI policy with a small vision transformer and a small UNet; `encoder` and `policy` override single entries. */
export function umiConfig(
  { obs = umiObs, action = 10, horizon = 16 }: UmiMeta = {},
  encoder: PlainMap = {},
  policy: PlainMap = {},
): PlainMap {
  const shape_meta: PlainMap = { obs, action: { shape: [action], horizon, rotation_rep: 'rotation_6d' } };
  const { variance_type, ...scheduler } = SCHEDULER;
  return {
    ...unetHybridConfig(),
    policy: {
      _target_: 'diffusion_policy.policy.diffusion_unet_timm_policy.DiffusionUnetTimmPolicy',
      shape_meta,
      noise_scheduler: { ...scheduler, _target_: 'diffusers.DDIMScheduler', num_train_timesteps: 50 },
      num_inference_steps: 16,
      obs_as_global_cond: true,
      diffusion_step_embed_dim: 16,
      down_dims: [16, 32],
      kernel_size: 5,
      n_groups: 8,
      cond_predict_scale: true,
      input_pertub: 0.1,
      ...policy,
      obs_encoder: {
        _target_: 'diffusion_policy.model.vision.timm_obs_encoder.TimmObsEncoder',
        shape_meta,
        model_name: 'vit_tiny_patch16_224',
        pretrained: false,
        frozen: false,
        global_pool: '',
        transforms: [{ type: 'RandomCrop', ratio: 0.95 }],
        use_group_norm: true,
        share_rgb_model: false,
        imagenet_norm: true,
        feature_aggregation: 'attention_pool_2d',
        ...encoder,
      },
    },
  };
}

/** UMI's other policy: every token of an image is attended to. */
export function umiTransformerConfig(
  meta: UmiMeta = {},
  encoder: PlainMap = {},
  policy: PlainMap = {},
): PlainMap {
  const { policy: unet, ...rest } = umiConfig(meta);
  const { shape_meta, noise_scheduler, num_inference_steps, input_pertub } = unet as PlainMap;
  return {
    ...rest,
    optimizer: {
      ...{ lr: 3e-4, weight_decay: 1e-6, obs_encoder_lr: 3e-5, obs_encoder_weight_decay: 1e-5 },
      betas: [0.95, 0.999],
    },
    policy: {
      _target_: 'diffusion_policy.policy.diffusion_transformer_timm_policy.DiffusionTransformerTimmPolicy',
      ...{ shape_meta: shape_meta!, noise_scheduler: noise_scheduler!, input_pertub: input_pertub! },
      num_inference_steps: num_inference_steps!,
      ...{ n_layer: 1, n_head: 4, n_emb: 64 },
      ...policy,
      obs_encoder: {
        _target_: 'diffusion_policy.model.vision.transformer_obs_encoder.TransformerObsEncoder',
        shape_meta: shape_meta!,
        ...{ n_emb: 64, model_name: 'vit_tiny_patch16_224', global_pool: '', pretrained: false },
        ...encoder,
      },
    },
  };
}
