/** A small project of the kind that users have, for checks that need a whole policy; and the checkpoint that it would save. */
import { configFileOf } from '../../../engine/config/configFile.js';
import { surveyConfig } from '../../../engine/config/survey.js';
import type { CheckpointIndex, TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import type { Files } from './fixture.js';

/** `more` stands at the end of the primary config; `action` and `obs` fill shape_meta. */
export function policyProject(more = '', { action = '[8]', obs = OBSERVATIONS } = {}): Files {
  return { 'config/train.yaml': `${PRIMARY}${more}`, 'config/task/pick.yaml': task(action, obs) };
}

export const OBSERVATIONS = `    image: {shape: [3, 18, 32], type: rgb}
    robot_eef_pose: {shape: [7], type: low_dim}
`;

const PRIMARY = `defaults:
  - task: pick
  - _self_
_target_: project.workspace.Workspace
shape_meta: \${task.shape_meta}
policy:
  _target_: diffusion_policy.policy.diffusion_transformer_hybrid_image_policy.DiffusionTransformerHybridImagePolicy
  shape_meta: \${shape_meta}
  noise_scheduler:
    _target_: diffusers.schedulers.scheduling_ddpm.DDPMScheduler
    num_train_timesteps: 100
    beta_schedule: squaredcos_cap_v2
    prediction_type: epsilon
    variance_type: fixed_small
  horizon: 16
  n_action_steps: 8
  n_obs_steps: 2
  crop_shape: [16, 28]
  obs_encoder_group_norm: true
  eval_fixed_crop: true
  n_layer: 2
  n_head: 4
  n_emb: 32
  obs_as_cond: true
`;

function task(action: string, obs: string): string {
  return `shape_meta:
  obs:
${obs}  action: {shape: ${action}}
dataset_path: d.zarr
`;
}

/** What a training of `files` would save, by headers alone. */
export async function checkpointOf(
  files: Files,
  pickles = { epoch: 10, global_step: 500 },
): Promise<CheckpointIndex> {
  const all = Object.entries(files).map(([name, text]): [string, string] => [`/p/${name}`, text]);
  const texts = new Map(all);
  const survey = await surveyConfig('/p/config/train.yaml', [], {
    run: { folder: '/p', jobName: 'train' },
    files: {
      kindOf: async (path) => {
        if (texts.has(path)) return 'file';
        return [...texts.keys()].some((name) => name.startsWith(`${path}/`)) ? 'folder' : undefined;
      },
      read: async (path) => configFileOf(texts.get(path)!, path),
    },
  });
  const tensors = policySpec(survey.resolved).parameters.map(({ key, shape, dtype }, index): TensorInfo => {
    return { key, shape, dtype, stride: [], storageOffset: 0, storage: String(index) };
  });
  return {
    path: '/p/x.ckpt',
    stateDicts: { model: tensors, ema_model: tensors },
    optimizer: undefined,
    pickles,
    config: survey.unresolved,
    unexpectedGlobals: [],
  };
}

/** 2 episodes of 20 steps, one held out: 20 + 1 + 7 - 15 = 13 windows. */
export const WINDOWS = {
  dataSets: {
    'd.zarr': {
      arrays: { action: [40, 8], image: [40, 18, 32, 3], robot_eef_pose: [40, 7] },
      episodeEnds: [20, 40],
    },
  },
};

/** A training on those windows; `more` replaces single numbers of it. */
export function trained(more: {
  batch?: string;
  warmup?: string;
  epochs?: string;
  drop?: string;
  every?: string;
}): Files {
  const { batch = '4', warmup = '2', epochs = '10', drop = 'false', every = '5' } = more;
  return policyProject(`task:
  dataset: {zarr_path: d.zarr, horizon: 16, pad_before: 1, pad_after: 7, val_ratio: 0.5, seed: 42}
dataloader: {batch_size: ${batch}, drop_last: ${drop}}
training: {num_epochs: ${epochs}, lr_warmup_steps: ${warmup}, checkpoint_every: ${every}}
`);
}
