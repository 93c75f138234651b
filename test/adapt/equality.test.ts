// @module-tag engine
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stream } from '../../engine/base/streams.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { openBackend } from '../../engine/tensors/backend/open.js';
import { cropFrames } from '../../engine/tensors/policy/crop.js';
import type { ObsBatch, Policy } from '../../engine/tensors/policy/policy.js';
import { loadedPolicy } from '../tensors/policy/stores.js';
import { adaptReference } from './adapted.js';
import { newConfig, oldConfig } from './references.js';

const BATCH = 4;
const STEPS = [BATCH, 16] as const;
let folder: string;
let old: Policy;
let now: Policy;

beforeAll(async () => {
  await openBackend({ request: 'auto' });
  folder = await mkdtemp(join(tmpdir(), 'regrip-equality-'));
  const files = await adaptReference(folder);
  old = await loadPolicy(files.old, oldConfig);
  now = await loadPolicy(files.now, newConfig);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function loadPolicy(path: string, config: typeof oldConfig): Promise<Policy> {
  const spec = policySpec(config);
  const file = await openCheckpoint(path);
  const policy = await loadedPolicy(spec, file, 'ema_model');
  await file.close();
  return policy;
}

/** Random frames, poses within the old range, and a gripper that may be anything. */
function observations(gripper: number): ObsBatch {
  const stream = new Stream(7, 'validation', 1);
  const rows = BATCH * 2;
  const frames = Uint8Array.from({ length: rows * 90 * 160 * 3 }, () => stream.below(256));
  const { min, max } = old.normalizer.statistics('robot_eef_pose');
  const pose = Array.from(
    { length: rows * 7 },
    (_, i) => min[i % 7]! + (max[i % 7]! - min[i % 7]!) * (stream.below(1000) / 1000),
  );
  return {
    images: new Map([['image', cropFrames(frames, [3, 90, 160], old.spec.cropShape, { kind: 'center' })]]),
    lowDim: new Map([
      ['robot_eef_pose', tf.tensor2d(pose, [rows, 7])],
      [
        'robot_gripper_state',
        tf.tensor2d(
          new Stream(7, 'validation', 2).normals(rows).map((x) => x * gripper),
          [rows, 1],
        ),
      ],
    ]),
  };
}

describe('the adapted 8-D policy predicts the pose noise of the 7-D policy', () => {
  it.each([0, 1, 1000])('to 1e-6, whatever the gripper entries hold (times %d)', (gripper) => {
    const pose = tf.tensor3d(new Stream(7, 'noise', 1).normals(BATCH * 16 * 7), [...STEPS, 7]);
    const entry = tf.tensor3d(
      new Stream(7, 'noise', 2).normals(BATCH * 16).map((x) => x * gripper),
      [...STEPS, 1],
    );
    const timesteps = tf.tensor1d([0, 17, 63, 99], 'int32');
    const obs = observations(gripper);
    const before = old.predict({ noisy: pose, timesteps, features: old.encode(obs) });
    const after = now.predict({
      noisy: tf.concat([pose, entry], 2),
      timesteps,
      features: now.encode(obs),
    });
    const kept = tf.slice(after, [0, 0, 0], [...STEPS, 7]);
    const difference = tf.max(tf.abs(tf.sub(kept, before))).dataSync()[0]!;
    expect(tf.max(tf.abs(before)).dataSync()[0]).toBeGreaterThan(0.01);
    expect(difference).toBeLessThanOrEqual(1e-6);
  });

  it('takes no part of the gripper for granted: its own noise comes from a row of its own', async () => {
    const head = await now.params.values('model.head.weight'); // (8, n_emb)
    expect(head.subarray(0, 7 * 32)).toEqual(await old.params.values('model.head.weight'));
    expect(head.subarray(7 * 32).every((x) => x !== 0)).toBe(true);
  });
});
