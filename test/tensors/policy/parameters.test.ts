// @module-tag engine
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openReplayBuffer } from '../../../engine/formats/zarr/index.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { ParameterStore } from '../../../engine/tensors/policy/parameters.js';
import { fitNormalizer, normalizerEntries } from '../../../engine/training/loop/normalizer.js';
import { stateDict } from '../../../engine/training/loop/stateDict.js';
import { readWeights } from '../../../engine/training/loop/weights.js';
import { config, image, pose, shapeMeta } from './configs.js';
import { numerics, relativeError, spec, withCheckpoint } from './reference.js';
import { copyOf, freshStore } from './stores.js';

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

const reference = new URL('../../fixtures/reference/', import.meta.url);

describe('ParameterStore', () => {
  it('gives back every byte of the checkpoint that it read', async () => {
    const { values, normalizer } = await withCheckpoint('policy-8d.ckpt.gz', (file) =>
      readWeights(spec, file, 'model'),
    );
    const params = new ParameterStore(spec, values);
    const saved = JSON.parse(readFileSync(new URL('policy-8d.json', reference), 'utf8')) as {
      state_dicts: { model: Record<string, { sha256: string }> };
    };
    const sources = stateDict(spec, (key) => params.torchValues(key), normalizer);
    expect(sources.map(({ key }) => key)).toEqual(Object.keys(saved.state_dicts.model));
    for (const { key, read } of sources) {
      const found = createHash('sha256')
        .update(await read())
        .digest('hex');
      expect(found, key).toBe(saved.state_dicts.model[key]!.sha256);
    }
  });

  it('names the first tensor that does not fit the config', async () => {
    const seven = policySpec(
      config({ shape_meta: shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 7) }),
    );
    const load = withCheckpoint('policy-8d.ckpt.gz', (file) => readWeights(seven, file, 'model'));
    await expect(load).rejects.toThrow(
      'model.model.input_emb.weight is float32 [32, 8], expected float32 [32, 7]',
    );
  });

  it('holds convolutions as (kh,kw,in,out) and resolves aliases', () => {
    const params = freshStore(spec, 1);
    const stem = params.get('obs_encoder.obs_nets.image.nets.0.nets.0.weight');
    expect(stem.shape).toEqual([7, 7, 3, 64]);
    expect(stem).toBe(params.get('obs_encoder.obs_nets.image.backbone.nets.0.weight'));
    expect(params.keys().some((key) => key.includes('.nets.0.nets.'))).toBe(false);
  });

  it('shows a change in place and a replacement, and frees what it holds', async () => {
    const held = tf.memory().numTensors;
    const params = freshStore(spec, 1);
    const key = 'model.head.bias';
    const before = params.get(key).dataSync();
    params.writable(key).subtract(tf.ones([8]), 2);
    expect(params.get(key).dataSync()).toEqual(before.map((value) => value - 2));
    const copy = copyOf(params);
    params.set(key, new Float32Array(8).fill(3));
    expect(params.get(key).dataSync()[0]).toBe(3);
    expect(await copy.values(key)).toEqual(before.map((value) => value - 2));
    params.dispose();
    copy.dispose();
    expect(tf.memory().numTensors - held, 'the ones above').toBe(1);
  });

  it('starts the same policy from the same seed', async () => {
    const key = 'obs_encoder.obs_nets.image.nets.3.weight';
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => freshStore(spec, seed).values(key)),
    );
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

describe('fitNormalizer', () => {
  it('finds upstream’s statistics on the reference data set (1e-5)', async () => {
    const buffer = await openReplayBuffer(fileURLToPath(new URL('cogact-mini.160x90.zarr', reference)));
    const arrays = {
      action: 'action',
      robot_eef_pose: 'robot_eef_pose',
      robot_gripper_state: 'robot_gripper_state',
    };
    const rows = new Map<string, Float32Array>();
    for (const [field, name] of Object.entries(arrays)) {
      const { data } = await buffer.readRows(name, 0, buffer.episodeEnds.at(-1)!);
      rows.set(field, new Float32Array(data.slice().buffer));
    }
    await buffer.close();
    const entries = normalizerEntries(fitNormalizer(spec, (field) => rows.get(field)!));
    expect(entries.size).toBe(Object.keys(numerics.normalizer).length);
    for (const [key, expected] of Object.entries(numerics.normalizer)) {
      expect(relativeError(entries.get(`normalizer.${key}`)!, expected), key).toBeLessThan(1e-5);
    }
  });
});
