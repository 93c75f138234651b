/** Times the full-size policy's training step at batch 8 beside PyTorch on the same CPU. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import type { PlainMap } from '../../engine/base/plain.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { openBackend } from '../../engine/tensors/backend/open.js';
import { seededMasks } from '../../engine/tensors/policy/dropout.js';
import { GradientSum } from '../../engine/tensors/policy/gradients.js';
import { Normalizer } from '../../engine/tensors/policy/normalizer.js';
import { ParameterStore } from '../../engine/tensors/policy/parameters.js';
import { Policy } from '../../engine/tensors/policy/policy.js';
import { Ema } from '../../engine/tensors/train/ema.js';
import { AdamW } from '../../engine/tensors/train/optimizer.js';
import { emaDecay } from '../../engine/training/loop/emaDecay.js';
import { fitNormalizer } from '../../engine/training/loop/normalizer.js';
import { freshValues } from '../../engine/training/loop/weights.js';
import type { BenchResult } from './result.js';

export interface StepSize {
  readonly batch: number;
  readonly layers: number;
  readonly width: number;
  /** Only the transformer, from given features. */
  readonly frozen: boolean;
}

export const FULL_SIZE: StepSize = { batch: 8, layers: 8, width: 256, frozen: false };
export const TRANSFORMER_ONLY: StepSize = { batch: 64, layers: 4, width: 128, frozen: true };
const STEPS = 5;

/** The step of a whole policy: forward, backward, AdamW, EMA. */
export async function benchTrainStep(size: StepSize = FULL_SIZE): Promise<BenchResult> {
  const backend = await openBackend({ request: 'auto' });
  const ours = trainSteps(size);
  const peer = torchSteps(size);
  const what = size.frozen ? 'of the transformer, cached features' : 'of the full-size policy';
  return {
    work: `training step ${what}, batch ${size.batch}`,
    oursSeconds: ours,
    peerSeconds: peer?.median,
    peer:
      peer === undefined
        ? 'PyTorch (set REGRIP_PEER_PYTHON to a python with torch)'
        : `PyTorch ${peer.torch}`,
    targetRatio: 1,
    detail: `${backend.name} ${backend.version}, ${backend.device}`,
  };
}

/** Median seconds of a step; the first one allocates and is not counted. */
function trainSteps(size: StepSize): number {
  const { step, dispose } = trainer(size);
  const seconds: number[] = [];
  for (let index = 0; index <= STEPS; index += 1) {
    const started = performance.now();
    step(index);
    seconds.push((performance.now() - started) / 1000);
  }
  dispose();
  return seconds.slice(1).sort((a, b) => a - b)[STEPS >> 1]!;
}

/** A policy of that size with one step of its training. */
export function trainer(size: StepSize) {
  const spec = policySpec(configOf(size));
  const values = freshValues(spec, 0);
  const params = new ParameterStore(spec, values);
  const normalizer = new Normalizer(fitNormalizer(spec, unitRange(spec.actionDim)));
  const policy = new Policy(spec, params, normalizer);
  const keys = params.trainable().filter((key) => !size.frozen || key.startsWith('model.'));
  const sum = new GradientSum(params, keys);
  const optimizer = new AdamW(params, OPTIMIZER);
  const ema = new Ema(new ParameterStore(spec, values));
  const data = batchOf(size);
  const step = (index: number) => {
    sum.clear();
    const { obs, features, actions, noise, timesteps } = data;
    sum.add({
      inputs: [...obs.images.values(), ...obs.lowDim.values(), features, actions, noise, timesteps],
      draw: seededMasks(index),
      loss: (mask) =>
        policy.loss(actions, size.frozen ? features : policy.encode(obs), { noise, timesteps, mask }),
    });
    optimizer.step(sum.gradients, OPTIMIZER.learningRate);
    ema.update(params, params.trainable(), emaDecay(index));
  };
  const dispose = () => {
    sum.dispose();
    params.dispose();
  };
  return { step, dispose };
}

const OPTIMIZER = {
  learningRate: 1e-4,
  betas: [0.9, 0.95],
  eps: 1e-8,
  weightDecay: { decayed: 1e-3, 'not decayed': 0, encoder: 1e-6 },
} as const;

/** Two rows that span -1 … 1 in every dimension of a field. */
function unitRange(actionDim: number) {
  const widths = new Map([
    ['action', actionDim],
    ['robot_eef_pose', 7],
    ['robot_gripper_state', 1],
  ]);
  return (field: string) => {
    const width = widths.get(field)!;
    return Float32Array.from({ length: 2 * width }, (_, index) => (index < width ? -1 : 1));
  };
}

function batchOf({ batch }: StepSize) {
  const uniform = (rows: number, columns: number) => tf.randomUniform<tf.Rank.R2>([rows, columns], -1, 1);
  return {
    obs: {
      images: new Map([['image', tf.randomUniform<tf.Rank.R4>([2 * batch, 162, 288, 3], 0, 256)]]),
      lowDim: new Map([
        ['robot_eef_pose', uniform(2 * batch, 7)],
        ['robot_gripper_state', uniform(2 * batch, 1)],
      ]),
    },
    features: uniform(2 * batch, 72),
    actions: tf.randomUniform<tf.Rank.R3>([batch, 16, 8], -1, 1),
    noise: tf.randomNormal<tf.Rank.R3>([batch, 16, 8]),
    timesteps: tf.randomUniform<tf.Rank.R1>([batch], 0, 100, 'int32'),
  };
}

function configOf({ layers, width }: StepSize): PlainMap {
  return {
    policy: {
      _target_: 'DiffusionTransformerHybridImagePolicy',
      shape_meta: {
        obs: {
          image: { shape: [3, 180, 320], type: 'rgb' },
          robot_eef_pose: { shape: [7] },
          robot_gripper_state: { shape: [1] },
        },
        action: { shape: [8] },
      },
      noise_scheduler: {
        _target_: 'DDPMScheduler',
        num_train_timesteps: 100,
        beta_start: 0.0001,
        beta_end: 0.02,
        beta_schedule: 'squaredcos_cap_v2',
      },
      horizon: 16,
      n_obs_steps: 2,
      n_action_steps: 8,
      crop_shape: [162, 288],
      obs_encoder_group_norm: true,
      n_layer: layers,
      n_head: 4,
      n_emb: width,
      p_drop_attn: 0.3,
    },
  };
}

interface TorchReport {
  readonly median: number;
  readonly torch: string;
}

/** Runs trainStep.py where a python with torch is at hand. */
function torchSteps({ batch, layers, width, frozen }: StepSize): TorchReport | undefined {
  const script = join(process.cwd(), 'scripts', 'bench', 'trainStep.py');
  if (!existsSync(script)) return undefined;
  const size = ['--batch', batch, '--layers', layers, '--width', width, '--steps', STEPS].map(String);
  const python = process.env['REGRIP_PEER_PYTHON'];
  if (python === undefined) return undefined;
  const run = spawnSync(python, [script, ...size, ...(frozen ? ['--frozen'] : [])], { encoding: 'utf8' });
  return run.status === 0 ? (JSON.parse(run.stdout) as TorchReport) : undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const size of [FULL_SIZE, TRANSFORMER_ONLY]) {
    const { work, oursSeconds, peerSeconds, peer } = await benchTrainStep(size);
    const ratio = peerSeconds === undefined ? '' : `, ratio ${(oursSeconds / peerSeconds).toFixed(2)}`;
    process.stdout.write(
      `${work}: ${oursSeconds.toFixed(3)} s, ${peer} ${peerSeconds?.toFixed(3)} s${ratio}\n`,
    );
  }
}
