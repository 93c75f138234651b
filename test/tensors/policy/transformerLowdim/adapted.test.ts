/** A low-dim transformer that was widened predicts for its old dimensions what it predicted. */
// @module-tag engine
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adaptCheckpoint } from '../../../../engine/adapt/adapt.js';
import { Stream } from '../../../../engine/base/streams.js';
import { openCheckpoint } from '../../../../engine/formats/checkpoint/open.js';
import { policySpec } from '../../../../engine/judge/policy/families.js';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import type { Policy } from '../../../../engine/tensors/policy/policy.js';
import { lowdimProject } from '../../../commands/lowdimProject.js';
import { lowdimConfig } from '../configs.js';
import { FamilyReference } from '../familyReference.js';
import { relativeError } from '../reference.js';
import { loadedPolicy } from '../stores.js';

let folder: string;
beforeAll(async () => {
  await openBackend({ request: 'auto' });
  folder = await mkdtemp(join(tmpdir(), 'regrip-lowdim-adapted-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('7 → 8 actions and 20 → 21 observed values, with the same noise (1e-6)', async () => {
  const reference = await FamilyReference.read('transformer-lowdim', 7);
  const [before, after] = [await reference.policy(), await adapted()];
  const [noisy, timesteps] = [reference.tensor3d('noise'), reference.timesteps()];
  const seen = tf.slice(reference.tensor3d('batch.obs'), [0, 0, 0], [3, 2, 20]).reshape<tf.Tensor2D>([6, 20]);
  const old = before.predict({ noisy, timesteps, features: encoded(before, seen) });
  const now = after.predict({
    noisy: tf.concat([noisy, tf.fill([3, 16, 1], 0.7)], 2) as tf.Tensor3D,
    timesteps,
    features: encoded(after, tf.concat([seen, tf.fill([6, 1], -0.3)], 1) as tf.Tensor2D),
  });
  const kept = tf.slice(now, [0, 0, 0], [3, 16, 7]);
  expect(relativeError(kept.dataSync(), old.dataSync())).toBeLessThan(1e-6);
});

function encoded(policy: Policy, obs: tf.Tensor2D): tf.Tensor2D {
  return policy.encode({ images: new Map(), lowDim: new Map([['obs', obs]]) });
}

async function adapted(): Promise<Policy> {
  const resolved = lowdimConfig();
  const output = join(folder, 'adapted.ckpt');
  await lowdimProject(folder, { obs: 21, action: 8 });
  const old = join(folder, 'old.ckpt');
  await writeFile(old, (await FamilyReference.read('transformer-lowdim', 7)).checkpointBytes());
  await adaptCheckpoint({
    oldCheckpoint: old,
    config: { resolved, unresolved: resolved, provenance: new Map(), files: [] },
    dataSet: join(folder, 'data.zarr'),
    options: {
      strategy: 'transplant',
      weights: 'model',
      moments: 'reset',
      allowDrop: false,
      rename: new Map(),
    },
    output,
    overwrite: false,
    random: (position) => new Stream(1, 'initialisation', position),
  });
  const file = await openCheckpoint(output);
  try {
    const spec = policySpec(resolved);
    return await loadedPolicy(spec, file);
  } finally {
    await file.close();
  }
}
