/** A project of a low-dim policy without a camera: its config, and a small data set with the columns `obs` and `action`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Sizes {
  readonly obs: number;
  readonly action: number;
}

const EPISODES = [20, 44, 70];

/** What differs between the networks, in YAML. */
interface Network {
  readonly name: string;
  readonly switches: string;
  readonly model: string;
  readonly policySwitches: string;
  readonly optimizer: string;
}

/** The path of the config. */
export async function lowdimProject(
  folder: string,
  { obs, action }: Sizes,
  network: Network = TRANSFORMER,
): Promise<string> {
  const data = join(folder, 'data.zarr');
  const rows = EPISODES.at(-1)!;
  for (const group of ['', 'data', 'meta']) await writeGroup(join(data, group));
  await writeArray(join(data, 'data', 'obs'), '<f4', [rows, obs], wave(rows * obs, 0.11));
  await writeArray(join(data, 'data', 'action'), '<f4', [rows, action], wave(rows * action, 0.07));
  await writeArray(
    join(data, 'meta', 'episode_ends'),
    '<i8',
    [EPISODES.length],
    BigInt64Array.from(EPISODES, BigInt),
  );
  const configs = join(folder, 'diffusion_policy', 'config');
  await mkdir(configs, { recursive: true });
  const config = join(configs, 'train_low.yaml');
  await writeFile(config, configText(data, { obs, action }, network));
  return config;
}

function wave(count: number, step: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => Math.sin(step * index));
}

async function writeGroup(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, '.zgroup'), '{"zarr_format": 2}');
}

async function writeArray(
  path: string,
  dtype: string,
  shape: readonly number[],
  values: Float32Array | BigInt64Array,
): Promise<void> {
  await mkdir(path, { recursive: true });
  const header = {
    zarr_format: 2,
    shape,
    chunks: shape,
    dtype,
    order: 'C',
    compressor: null,
    filters: null,
    fill_value: 0,
  };
  await writeFile(join(path, '.zarray'), JSON.stringify(header));
  await writeFile(join(path, shape.map(() => '0').join('.')), new Uint8Array(values.buffer));
}

const TRANSFORMER: Network = {
  name: 'transformer',
  switches: 'obs_as_cond: True',
  model: `    _target_: diffusion_policy.model.diffusion.transformer_for_diffusion.TransformerForDiffusion
    input_dim: \${eval:'\${action_dim} if \${obs_as_cond} else \${obs_dim} + \${action_dim}'}
    output_dim: \${policy.model.input_dim}
    horizon: \${horizon}
    n_obs_steps: \${n_obs_steps}
    cond_dim: \${eval:'\${obs_dim} if \${obs_as_cond} else 0'}
    n_layer: 2
    n_head: 2
    n_emb: 32
    p_drop_emb: 0.0
    p_drop_attn: 0.0
    causal_attn: True
    time_as_cond: True
    obs_as_cond: \${obs_as_cond}
    n_cond_layers: 0`,
  policySwitches: '  obs_as_cond: ${obs_as_cond}',
  optimizer: `  learning_rate: 1.0e-4
  weight_decay: 1.0e-3
  betas: [0.9, 0.95]`,
};

export const UNET: Network = {
  name: 'unet',
  switches: `obs_as_global_cond: True
obs_as_local_cond: False`,
  model: `    _target_: diffusion_policy.model.diffusion.conditional_unet1d.ConditionalUnet1D
    input_dim: "\${eval: \${action_dim} if \${obs_as_local_cond} or \${obs_as_global_cond} else \${obs_dim} + \${action_dim}}"
    local_cond_dim: "\${eval: \${obs_dim} if \${obs_as_local_cond} else None}"
    global_cond_dim: "\${eval: \${obs_dim}*\${n_obs_steps} if \${obs_as_global_cond} else None}"
    diffusion_step_embed_dim: 16
    down_dims: [16, 32]
    kernel_size: 5
    n_groups: 8
    cond_predict_scale: True`,
  policySwitches: `  obs_as_global_cond: \${obs_as_global_cond}
  obs_as_local_cond: \${obs_as_local_cond}
  oa_step_convention: True`,
  optimizer: `  _target_: torch.optim.AdamW
  lr: 1.0e-4
  betas: [0.95, 0.999]
  eps: 1.0e-8
  weight_decay: 1.0e-6`,
};

/** As upstream's own config is laid out. */
function configText(data: string, { obs, action }: Sizes, network: Network): string {
  const { name } = network;
  const capital = name.replace(/^./, (letter) => letter.toUpperCase());
  return `name: train_diffusion_${name}_lowdim
_target_: diffusion_policy.workspace.train_diffusion_${name}_lowdim_workspace.TrainDiffusion${capital}LowdimWorkspace
obs_dim: \${task.obs_dim}
action_dim: \${task.action_dim}
task_name: \${task.name}
exp_name: default
horizon: 16
n_obs_steps: 2
n_action_steps: 8
n_latency_steps: 0
past_action_visible: False
keypoint_visible_rate: 1.0
${network.switches}
pred_action_steps_only: False
task:
  name: low
  obs_dim: ${obs}
  action_dim: ${action}
  keypoint_dim: 2
  dataset:
    _target_: diffusion_policy.dataset.low_dataset.LowDataset
    zarr_path: ${data}
    horizon: \${horizon}
    pad_before: \${eval:'\${n_obs_steps}-1+\${n_latency_steps}'}
    pad_after: \${eval:'\${n_action_steps}-1'}
    seed: 42
    val_ratio: 0.34
policy:
  _target_: diffusion_policy.policy.diffusion_${name}_lowdim_policy.Diffusion${capital}LowdimPolicy
  model:
${network.model}
  noise_scheduler:
    _target_: diffusers.schedulers.scheduling_ddpm.DDPMScheduler
    num_train_timesteps: 100
    beta_start: 0.0001
    beta_end: 0.02
    beta_schedule: squaredcos_cap_v2
    variance_type: fixed_small
    clip_sample: True
    prediction_type: epsilon
  horizon: \${horizon}
  obs_dim: \${obs_dim}
  action_dim: \${action_dim}
  n_action_steps: \${n_action_steps}
  n_obs_steps: \${n_obs_steps}
  num_inference_steps: 10
${network.policySwitches}
  pred_action_steps_only: \${pred_action_steps_only}
ema:
  _target_: diffusion_policy.model.diffusion.ema_model.EMAModel
  update_after_step: 0
  inv_gamma: 1.0
  power: 0.75
  min_value: 0.0
  max_value: 0.9999
dataloader:
  batch_size: 8
  num_workers: 0
  shuffle: True
val_dataloader:
  batch_size: 8
  num_workers: 0
  shuffle: False
optimizer:
${network.optimizer}
training:
  device: cuda:0
  seed: 42
  debug: False
  resume: True
  lr_scheduler: cosine
  lr_warmup_steps: 1
  num_epochs: 1
  gradient_accumulate_every: 1
  use_ema: True
  rollout_every: 50
  checkpoint_every: 1
  val_every: 1
  sample_every: 1
  max_train_steps: 2
  max_val_steps: 1
  tqdm_interval_sec: 1.0
checkpoint:
  topk:
    monitor_key: train_loss
    mode: min
    k: 1
    format_str: 'epoch={epoch:04d}-train_loss={train_loss:.3f}.ckpt'
  save_last_ckpt: True
  save_last_snapshot: False
`;
}
