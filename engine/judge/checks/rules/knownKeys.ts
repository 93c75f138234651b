/** Keys that trainings read, by the dotted path of their mapping: upstream's workspaces, the policy's family, and the builtin runner. */
import type { PolicyFamily } from '../../policy/family.js';

const keys = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
const LOADER = keys('batch_size num_workers shuffle pin_memory persistent_workers drop_last prefetch_factor');

const SHARED: Readonly<Record<string, ReadonlySet<string>>> = {
  '': keys(`defaults name _target_ task_name shape_meta exp_name horizon n_obs_steps n_action_steps n_latency_steps
    dataset_obs_steps past_action_visible keypoint_visible_rate obs_as_cond obs_as_local_cond obs_as_global_cond policy ema
    dataloader val_dataloader optimizer training logging checkpoint multi_run task pretrained regrip hydra`),
  training:
    keys(`device device_ids seed debug resume lr_scheduler lr_warmup_steps num_epochs gradient_accumulate_every use_ema
    freeze_encoder rollout_every checkpoint_every val_every sample_every max_train_steps max_val_steps tqdm_interval_sec`),
  'policy.noise_scheduler':
    keys(`_target_ num_train_timesteps beta_start beta_end beta_schedule variance_type clip_sample
    clip_sample_range prediction_type set_alpha_to_one steps_offset thresholding dynamic_thresholding_ratio sample_max_value
    timestep_spacing trained_betas rescale_betas_zero_snr`),
  dataloader: LOADER,
  val_dataloader: LOADER,
  ema: keys('_target_ update_after_step inv_gamma power min_value max_value'),
  optimizer: keys('_target_ betas lr eps weight_decay'),
  checkpoint: keys('topk save_last_ckpt save_last_snapshot'),
  'checkpoint.topk': keys('monitor_key mode k format_str'),
  pretrained: keys('path load_weights'),
  regrip: keys(
    `freeze_encoder cached_crops noise_samples lr_multiplier loss_weighting loss_weight_cap normalizer sample backend
    action_names observation_names`,
  ),
  'regrip.lr_multiplier': keys('widened inherited'),
  'regrip.sample': keys('method steps windows'),
};

/** In a training of one of these families. */
export function knownKeys(families: readonly PolicyFamily[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map(Object.entries(SHARED));
  for (const { path, keys: more } of families.flatMap(({ configSections }) => configSections))
    known.set(path, new Set([...(known.get(path) ?? []), ...more]));
  return known;
}

/** Keys that Hydra's `instantiate` consumes itself. */
export const HYDRAS: ReadonlySet<string> = new Set([
  '_target_',
  '_args_',
  '_partial_',
  '_recursive_',
  '_convert_',
]);
