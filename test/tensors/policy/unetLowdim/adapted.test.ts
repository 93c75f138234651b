/** A low-dim UNet that was widened predicts for its old dimensions what it predicted. */
// @module-tag engine
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adaptCheckpoint } from '../../../../engine/adapt/adapt.js';
import { Stream } from '../../../../engine/base/streams.js';
import { openCheckpoint } from '../../../../engine/formats/checkpoint/open.js';
import { TRANSPLANT } from '../../../../engine/judge/adapt/types.js';
import { policySpec } from '../../../../engine/judge/policy/families.js';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import type { Policy } from '../../../../engine/tensors/policy/policy.js';
import { lowdimProject } from '../../../commands/lowdimProject.js';
import { unetLowdimConfig } from '../configs.js';
import { FamilyReference } from '../familyReference.js';
import { relativeError } from '../reference.js';
import { loadedPolicy } from '../stores.js';

let folder: string;
beforeAll(async () => {
  await openBackend({ request: 'auto' });
  folder = await mkdtemp(join(tmpdir(), 'regrip-unet-lowdim-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('7 → 8 actions and 20 → 21 observed values, with the same noise (1e-6), and the moments are kept', async () => {
  const reference = await FamilyReference.read('unet-lowdim', 7);
  const before = await reference.policy();
  const { policy: after, states } = await adapted(reference);
  const [noisy, timesteps] = [reference.tensor3d('noise'), reference.timesteps()];
  const [batch, steps] = noisy.shape;
  const rows = 2 * batch;
  const seen = tf.slice(reference.tensor3d('batch.obs'), [0, 0, 0], [batch, 2, 20]);
  const obs = seen.reshape<tf.Tensor2D>([rows, 20]);
  const old = before.predict({ noisy, timesteps, features: encoded(before, obs) });
  const now = after.predict({
    noisy: tf.concat([noisy, tf.fill([batch, steps, 1], 0.7)], 2) as tf.Tensor3D,
    timesteps,
    features: encoded(after, tf.concat([obs, tf.fill([rows, 1], -0.3)], 1) as tf.Tensor2D),
  });
  const kept = tf.slice(now, [0, 0, 0], [batch, steps, 7]);
  expect(relativeError(kept.dataSync(), old.dataSync())).toBeLessThan(1e-6);
  expect(states).toBeGreaterThan(50);
});

function encoded(policy: Policy, obs: tf.Tensor2D): tf.Tensor2D {
  return policy.encode({ images: new Map(), lowDim: new Map([['obs', obs]]) });
}

async function adapted(reference: FamilyReference): Promise<{ policy: Policy; states: number }> {
  const resolved = unetLowdimConfig();
  const [oldCheckpoint, output] = [join(folder, 'old.ckpt'), join(folder, 'adapted.ckpt')];
  await lowdimProject(folder, { obs: 21, action: 8 });
  await writeFile(oldCheckpoint, reference.checkpointBytes());
  await adaptCheckpoint({
    oldCheckpoint,
    config: { resolved, unresolved: resolved, provenance: new Map(), files: [] },
    dataSet: join(folder, 'data.zarr'),
    options: { ...TRANSPLANT, weights: 'model' },
    output,
    overwrite: false,
    random: (position) => new Stream(1, 'initialisation', position),
  });
  const file = await openCheckpoint(output);
  try {
    const spec = policySpec(resolved);
    const policy = await loadedPolicy(spec, file);
    return { policy, states: file.index.optimizer!.state.size };
  } finally {
    await file.close();
  }
}
