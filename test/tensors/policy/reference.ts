/** The 8-D reference policy, its batch and what upstream's PyTorch computes with it, as tests compare them. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import type { CheckpointFile } from '../../../engine/formats/checkpoint/types.js';
import { readSafetensors, type SafeTensor } from '../../../engine/formats/safetensors.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { cropFrames } from '../../../engine/tensors/policy/crop.js';
import type { ObsBatch, Policy } from '../../../engine/tensors/policy/policy.js';
import type { Crop } from '../../../engine/training/loop/batches.js';
import { config } from './configs.js';
import { loadedPolicy } from './stores.js';

export interface Numerics {
  readonly loss: number;
  readonly grad_norm: Record<string, number>;
  readonly grad_first4: Record<string, number[]>;
  readonly optimizer_groups: {
    params: string[];
    weight_decay: number;
    lr: number;
    betas: [number, number];
  }[];
  readonly steps: {
    loss: number;
    lr_used: number;
    ema_decay: number;
    param_l2: Record<string, number>;
  }[];
  readonly scheduler: {
    timesteps: number[];
    alphas_cumprod_first5: number[];
    alphas_cumprod_last5: number[];
  };
  readonly ddim: { timesteps: number[] };
  readonly lr_every7: Record<string, number[]>;
  readonly normalizer: Record<string, number[]>;
}

const path = (name: string) => fileURLToPath(new URL(`../../fixtures/reference/${name}`, import.meta.url));

export const numerics = JSON.parse(readFileSync(path('policy-8d.numerics.json'), 'utf8')) as Numerics;
export const spec = policySpec(config());
const tensors: ReadonlyMap<string, SafeTensor> = await readSafetensors(path('policy-8d.safetensors'));

/** Float32 values of a reference tensor. */
export function values(name: string): Float32Array {
  return new Float32Array(tensors.get(name)!.data.slice().buffer);
}

export function names(prefix: string): string[] {
  return [...tensors.keys()].filter((name) => name.startsWith(prefix));
}

export function tensor3d(name: string): tf.Tensor3D {
  return tf.tensor3d(values(name), tensors.get(name)!.shape as [number, number, number]);
}

export function timesteps(name: string): tf.Tensor1D {
  const stored = new BigInt64Array(tensors.get(name)!.data.slice().buffer);
  return tf.tensor1d(Array.from(stored, Number), 'int32');
}

/** The batch's frames in the data set's layout, (8,90,160,3). */
export function frames(): Uint8Array {
  const { data, shape } = tensors.get('batch.obs.image')!;
  const [batch, steps, channels, height, width] = shape as [number, number, number, number, number];
  const images = tf.tensor4d(Int32Array.from(data), [batch * steps, channels, height, width], 'int32');
  return Uint8Array.from(tf.tidy(() => tf.transpose(images, [0, 2, 3, 1])).dataSync());
}

/** The batch's observations: centre crops (8,81,144,3), the rest (8,D). */
export function observations(crop: Crop = { kind: 'center' }): ObsBatch {
  const flat = (name: string, columns: number) => tf.tensor2d(values(name), [8, columns]);
  return {
    images: new Map([['image', cropFrames(frames(), [3, 90, 160], spec.cropShape, crop)]]),
    lowDim: new Map([
      ['robot_eef_pose', flat('batch.obs.robot_eef_pose', 7)],
      ['robot_gripper_state', flat('batch.obs.robot_gripper_state', 1)],
    ]),
  };
}

export async function referencePolicy(): Promise<Policy> {
  return withCheckpoint('policy-8d.ckpt.gz', async (file) => {
    return loadedPolicy(spec, file);
  });
}

/** Unpacks a reference checkpoint into a folder that is gone afterwards. */
export async function withCheckpoint<T>(name: string, use: (file: CheckpointFile) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'regrip-policy-'));
  try {
    const unpacked = join(folder, 'policy.ckpt');
    await writeFile(unpacked, gunzipSync(readFileSync(path(name))));
    const file = await openCheckpoint(unpacked);
    try {
      return await use(file);
    } finally {
      await file.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Largest |difference| over the largest |expected|. */
export function relativeError(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  let [worst, largest] = [0, 1e-30];
  for (let i = 0; i < expected.length; i += 1) {
    const difference = Math.abs(found[i]! - expected[i]!);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return worst / largest;
}

export function l2(found: ArrayLike<number>): number {
  return Math.sqrt(Array.from(found).reduce((sum, value) => sum + value * value, 0));
}
