/** Other families than the transformer: the adapted 8-D policy predicts what the 7-D reference does, and goes on from its moments. */
// @module-tag engine
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adaptCheckpoint } from '../../engine/adapt/adapt.js';
import { Stream } from '../../engine/base/streams.js';
import { compose } from '../../engine/config/compose.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import type { CheckpointIndex } from '../../engine/formats/checkpoint/types.js';
import { TRANSPLANT } from '../../engine/judge/adapt/types.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { openBackend } from '../../engine/tensors/backend/open.js';
import type { Policy } from '../../engine/tensors/policy/policy.js';
import { FamilyReference, familyPath } from '../tensors/policy/familyReference.js';
import { relativeError } from '../tensors/policy/reference.js';
import { loadedPolicy, noised } from '../tensors/policy/stores.js';
import { DATA_SET, UNET_CONFIG, UNET_IMAGE_CONFIG } from './fixtures.js';

const FAMILIES = [
  ['unet-hybrid', UNET_CONFIG],
  ['unet-image', UNET_IMAGE_CONFIG],
] as const;

describe.each(FAMILIES)('%s', (family, primary) => {
  let folder: string;
  let reference: FamilyReference;
  let old: Policy;
  let now: Policy;
  let adapted: CheckpointIndex;

  beforeAll(async () => {
    await openBackend({ request: 'auto' });
    folder = await mkdtemp(join(tmpdir(), 'regrip-families-'));
    reference = await FamilyReference.read(family, 7);
    old = await reference.policy();
    const [oldCheckpoint, output] = ['old.ckpt', 'adapted.ckpt'].map((name) => join(folder, name));
    await writeFile(oldCheckpoint!, gunzipSync(readFileSync(familyPath(family, 'policy-7d.ckpt.gz'))));
    const config = await compose(primary, []);
    await adaptCheckpoint({
      oldCheckpoint: oldCheckpoint!,
      config,
      dataSet: DATA_SET,
      options: { ...TRANSPLANT, weights: 'model' },
      output: output!,
      overwrite: false,
      random: (position) => new Stream(42, 'initialisation', position),
    });
    const spec = policySpec(config.resolved);
    const file = await openCheckpoint(output!);
    adapted = file.index;
    now = await loadedPolicy(spec, file, 'ema_model');
    await file.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([0, 1, 1000])(
    'predicts upstream’s 7-D noise (1e-4), the old policy’s (1e-6), whatever the gripper holds (times %d)',
    (times) => {
      const obs = reference.observations();
      const rows = obs.lowDim.get('robot_eef_pose')!.shape[0];
      const gripper = tf.tensor2d(
        new Stream(7, 'validation', 2).normals(rows).map((x) => x * times),
        [rows, 1],
      );
      const features = now.encode({
        ...obs,
        lowDim: new Map([...obs.lowDim, ['robot_gripper_state', gripper]]),
      });
      const timesteps = reference.timesteps();
      const clean = now.normalizer.normalize('action', paddedTo8(reference.tensor3d('batch.action'), 0));
      const noisy = noised(now, clean, paddedTo8(reference.tensor3d('noise'), times), timesteps);
      const found = now.predict({ noisy, timesteps, features });
      const kept = tf.slice(found, [0, 0, 0], [found.shape[0], found.shape[1], 7]).dataSync();
      expect(relativeError(kept, reference.values('pred'))).toBeLessThan(1e-4);
      expect(relativeError(kept, predictedBefore(old, reference))).toBeLessThan(1e-6);
    },
  );

  it('keeps the moments, and the layout of the old optimizer, which held the normaliser too', () => {
    const { paramGroups, state } = adapted.optimizer!;
    const { optimizer_groups: expected } = JSON.parse(
      readFileSync(familyPath(family, 'policy-8d.json'), 'utf8'),
    ) as { optimizer_groups: string[][] };
    expect(paramGroups.map(({ params }) => (params as number[]).length)).toEqual(
      expected.map((keys) => keys.length),
    );
    const at = expected.flat().indexOf('model.final_conv.1.weight');
    expect(state.get(at)?.expAvg.shape).toEqual([8, 16, 1]);
    expect(paramGroups[0]).toMatchObject({ lr: 3e-4, weight_decay: 1e-6, betas: [0.95, 0.999] });
  });
});

function predictedBefore(old: Policy, reference: FamilyReference): Float32Array {
  const timesteps = reference.timesteps();
  const clean = old.normalizer.normalize('action', reference.tensor3d('batch.action'));
  const noisy = noised(old, clean, reference.tensor3d('noise'), timesteps);
  const features = old.encode(reference.observations());
  return old.predict({ noisy, timesteps, features }).dataSync<'float32'>();
}

/** One more value behind each step's seven. */
function paddedTo8(x: tf.Tensor3D, value: number): tf.Tensor3D {
  return tf.pad(
    x,
    [
      [0, 0],
      [0, 0],
      [0, 1],
    ],
    value,
  );
}
