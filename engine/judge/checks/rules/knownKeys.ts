/** Keys that trainings of this kind read, by the dotted path of their mapping: upstream's workspaces, and the builtin runner. */
const keys = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

export const KNOWN_KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  '': keys(`defaults name _target_ task_name shape_meta exp_name horizon n_obs_steps n_action_steps n_latency_steps
    dataset_obs_steps past_action_visible keypoint_visible_rate obs_as_cond obs_as_local_cond obs_as_global_cond policy ema
    dataloader val_dataloader optimizer training logging checkpoint multi_run task pretrained regrip hydra`),
  training:
    keys(`device device_ids seed debug resume lr_scheduler lr_warmup_steps num_epochs gradient_accumulate_every use_ema
    freeze_encoder rollout_every checkpoint_every val_every sample_every max_train_steps max_val_steps tqdm_interval_sec`),
  policy:
    keys(`_target_ shape_meta noise_scheduler horizon n_action_steps n_obs_steps num_inference_steps crop_shape
    obs_encoder_group_norm eval_fixed_crop n_layer n_cond_layers n_head n_emb p_drop_emb p_drop_attn causal_attn time_as_cond
    obs_as_cond pred_action_steps_only`),
  'policy.noise_scheduler':
    keys(`_target_ num_train_timesteps beta_start beta_end beta_schedule variance_type clip_sample
    prediction_type set_alpha_to_one steps_offset thresholding timestep_spacing`),
  dataloader: keys('batch_size num_workers shuffle pin_memory persistent_workers drop_last prefetch_factor'),
  val_dataloader: keys(
    'batch_size num_workers shuffle pin_memory persistent_workers drop_last prefetch_factor',
  ),
  ema: keys('_target_ update_after_step inv_gamma power min_value max_value'),
  optimizer: keys(
    `_target_ transformer_weight_decay obs_encoder_weight_decay learning_rate betas lr eps weight_decay`,
  ),
  checkpoint: keys('topk save_last_ckpt save_last_snapshot'),
  'checkpoint.topk': keys('monitor_key mode k format_str'),
  pretrained: keys('path load_weights'),
  regrip: keys(
    `freeze_encoder cached_crops noise_samples lr_multiplier loss_weighting loss_weight_cap normalizer sample backend`,
  ),
  'regrip.lr_multiplier': keys('widened inherited'),
  'regrip.sample': keys('method steps windows'),
};

/** What Hydra's `instantiate` keeps to itself. */
export const HYDRAS: ReadonlySet<string> = new Set([
  '_target_',
  '_args_',
  '_partial_',
  '_recursive_',
  '_convert_',
]);
