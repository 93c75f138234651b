/** `adapt` of a full-size checkpoint (about 20 M parameters, with EMA and moments) against torch.load, cat, torch.save. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adaptCheckpoint } from '../../engine/adapt/adapt.js';
import type { PlainMap } from '../../engine/base/plain.js';
import { Stream } from '../../engine/base/streams.js';
import type { TensorSource } from '../../engine/formats/checkpoint/types.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { familyOfSpec, policySpec } from '../../engine/judge/policy/families.js';
import type { ParameterSpec } from '../../engine/judge/policy/spec.js';
import type { Bench } from './result.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url)); // of the checkout, from out/scripts/bench
const DATA_SET = join(ROOT, 'test/fixtures/reference/cogact-mini.160x90.zarr');
const SCRIPT = join(ROOT, 'scripts/bench/adapt.py');
const ROUNDS = 3; // the best of them counts on both sides, since the first one fills the page cache

export const benchAdapt: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-bench-adapt-'));
  try {
    const old = join(folder, 'old.ckpt');
    await writeOldCheckpoint(old);
    const ours: number[] = [];
    const peers: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await timeOurs(old, join(folder, 'new.ckpt')));
      const peer = timePeer(old, join(folder, 'peer.ckpt'));
      if (peer !== undefined) peers.push(peer);
    }
    const megabytes = Math.round((await stat(old)).size / 1e6);
    return {
      work: `adapt a checkpoint of ${megabytes} MB`,
      oursSeconds: Math.min(...ours),
      peerSeconds: peers.length === 0 ? undefined : Math.min(...peers),
      peer:
        peers.length === 0
          ? 'needs a python with torch, dill and omegaconf'
          : 'torch.load, cat, torch.save, fsync',
      targetRatio: 1,
      detail: 'ours also compares the data set; both flush the file to disk',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

async function timeOurs(old: string, output: string): Promise<number> {
  const resolved = fullSize(8);
  const start = performance.now();
  await adaptCheckpoint({
    oldCheckpoint: old,
    config: { unresolved: resolved, resolved, provenance: new Map(), files: [] },
    dataSet: DATA_SET,
    options: TRANSPLANT,
    output,
    overwrite: true,
    random: (position) => new Stream(1, 'initialisation', position),
  });
  return (performance.now() - start) / 1000;
}

/** The script times itself, so that starting Python and importing torch do not count. */
function timePeer(old: string, output: string): number | undefined {
  const python = process.env['REGRIP_PEER_PYTHON'];
  if (python === undefined) return undefined;
  const { status, stdout } = spawnSync(python, [SCRIPT, old, output], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 2],
  });
  return status === 0 ? Number(stdout) : undefined;
}

async function writeOldCheckpoint(path: string): Promise<void> {
  const config = fullSize(7);
  const spec = policySpec(config);
  const dict = spec.parameters.map((entry) => source(entry));
  const parameters = familyOfSpec(spec)
    .parameterGroups(spec)
    .map((group) => group.parameters);
  let next = 0;
  const paramGroups = parameters.map((group) => ({ lr: 1e-4, params: group.map(() => next++) }));
  const state = parameters.flat().map((entry, index) => {
    const moments = { step: 1000, expAvg: source({ ...entry }), expAvgSq: source({ ...entry }) };
    return [index, moments] as const;
  });
  await writeCheckpoint(path, {
    config,
    stateDicts: { model: dict, ema_model: dict },
    optimizer: { paramGroups, state: new Map(state) },
    pickles: { global_step: 1000, epoch: 10 },
  });
}

/** Values do not matter here; small ones that are not all equal. */
function source({ key, shape, dtype, alias }: ParameterSpec): TensorSource {
  const count = shape.reduce((product, size) => product * size, 1);
  const read = () => new Uint8Array(Float32Array.from({ length: count }, (_, i) => (i % 97) / 970).buffer);
  return alias === undefined ? { key, shape, dtype, read } : { key, shape, dtype, alias, read };
}

/** The full-size policy: 320 × 180 images, eight layers of 256. */
function fullSize(actionDim: 7 | 8): PlainMap {
  const lowDim = (width: number): PlainMap => ({ shape: [width], type: 'low_dim' });
  const obs: PlainMap = {
    image: { shape: [3, 180, 320], type: 'rgb' },
    robot_eef_pose: lowDim(7),
    ...(actionDim === 8 && { robot_gripper_state: lowDim(1) }),
  };
  return {
    policy: {
      _target_:
        'diffusion_policy.policy.diffusion_transformer_hybrid_image_policy.DiffusionTransformerHybridImagePolicy',
      shape_meta: { obs, action: { shape: [actionDim] } },
      noise_scheduler: {
        _target_: 'diffusers.schedulers.scheduling_ddpm.DDPMScheduler',
        num_train_timesteps: 100,
        beta_schedule: 'squaredcos_cap_v2',
      },
      horizon: 16,
      n_obs_steps: 2,
      n_action_steps: 8,
      crop_shape: [162, 288],
      obs_encoder_group_norm: true,
      n_layer: 8,
      n_head: 4,
      n_emb: 256,
    },
    optimizer: {
      transformer_weight_decay: 1e-3,
      obs_encoder_weight_decay: 1e-6,
      learning_rate: 1e-4,
      betas: [0.9, 0.95],
    },
    training: { use_ema: true },
  };
}
