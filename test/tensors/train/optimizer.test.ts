// @module-tag engine
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TensorSource } from '../../../engine/formats/checkpoint/types.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import type { OptimizerSettings } from '../../../engine/judge/policy/family.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import type { ParameterStore } from '../../../engine/tensors/policy/parameters.js';
import { AdamW } from '../../../engine/tensors/train/optimizer.js';
import type { Trainer, TrainerSetup } from '../../../engine/training/loop/compute.js';
import {
  freshOptimizer,
  optimizerSource,
  readOptimizer,
} from '../../../engine/training/loop/optimizerState.js';
import { config, image, pose, shapeMeta } from '../policy/configs.js';
import { spec, withCheckpoint } from '../policy/reference.js';
import { copyOf, freshStore } from '../policy/stores.js';

const OPTIONS: OptimizerSettings = {
  learningRate: 1e-3,
  betas: [0.9, 0.95],
  eps: 1e-8,
  weightDecay: { decayed: 0.1, 'not decayed': 0, encoder: 0.01 },
};
const HEAD = 'model.head.weight';
const BIAS = 'model.head.bias';
const STEM = 'obs_encoder.obs_nets.image.backbone.nets.0.weight';
const fresh = freshStore(spec, 0);
const host = (params: ParameterStore, key: string) => params.get(key).dataSync<'float32'>();
const ones = (key: string) => tf.onesLike(fresh.get(key));

/** The first value of `key` after `steps` updates with gradients of one. */
function updated(key: string, multiplier?: TrainerSetup['multiplier'], steps = 1): number {
  const params = copyOf(fresh);
  params.set(key, host(fresh, key).fill(0.5));
  const optimizer = new AdamW(params, OPTIONS, multiplier);
  for (let step = 0; step < steps; step += 1) optimizer.step(new Map([[key, ones(key)]]), 1e-3);
  return host(params, key)[0]!;
}

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

describe('AdamW', () => {
  it('decays matrices, spares biases, and treats the encoder as a group of its own', () => {
    // The first update moves by the rate; decay is rate · weight decay · value.
    expect(updated(HEAD)).toBeCloseTo(0.5 * (1 - 1e-4) - 1e-3, 7);
    expect(updated(BIAS)).toBeCloseTo(0.5 - 1e-3, 7);
    expect(updated(STEM)).toBeCloseTo(0.5 * (1 - 1e-5) - 1e-3, 7);
  });

  it('multiplies the rate of a parameter, or of some of its elements', () => {
    expect(updated(BIAS, () => 2)).toBeCloseTo(0.5 - 2e-3, 7);
    const params = copyOf(fresh);
    const mask = new Float32Array(host(params, HEAD).length);
    mask[3] = 1;
    const optimizer = new AdamW(params, OPTIONS, ({ key }) => (key === HEAD ? mask : 1));
    optimizer.step(new Map([[HEAD, ones(HEAD)]]), 1e-3);
    const moved = [...host(params, HEAD).keys()].filter(
      (i) => host(params, HEAD)[i] !== host(fresh, HEAD)[i],
    );
    expect(moved).toEqual([3]);
    expect(host(params, HEAD)[3]).toBeCloseTo(host(fresh, HEAD)[3]! * (1 - 1e-4) - 1e-3, 7);
  });

  it('takes a mask over a convolution in the state dict’s layout', () => {
    const params = copyOf(fresh);
    const mask = new Float32Array(host(params, STEM).length);
    mask[1] = 1; // (out 0, in 0, row 0, column 1)
    const optimizer = new AdamW(params, OPTIONS, () => mask);
    optimizer.step(new Map([[STEM, ones(STEM)]]), 1e-3);
    const moved = [...host(params, STEM).keys()].filter(
      (i) => host(params, STEM)[i] !== host(fresh, STEM)[i],
    );
    expect(moved).toEqual([1 * 3 * 64]);
  });

  it('leaves a parameter without a gradient and its moments alone', () => {
    const params = copyOf(fresh);
    const optimizer = new AdamW(params, OPTIONS);
    optimizer.step(new Map([[BIAS, ones(BIAS)]]), 1e-3);
    expect(host(params, HEAD)).toEqual(host(fresh, HEAD));
    expect(optimizer.steps()).toEqual(new Map([[BIAS, 1]]));
  });

  it('goes on from written state as if it had not stopped', async () => {
    const params = copyOf(fresh);
    const first = new AdamW(params, OPTIONS);
    const gradients = new Map([HEAD, STEM].map((key) => [key, tf.sin(tf.mul(fresh.get(key), 100))]));
    first.step(gradients, 1e-3);
    const resumedParams = copyOf(params);
    const moments = async (key: string) => ({
      step: first.steps().get(key)!,
      mean: await first.moment(key, 'mean'),
      square: await first.moment(key, 'square'),
    });
    const saved = new Map([
      [HEAD, await moments(HEAD)],
      [STEM, await moments(STEM)],
    ] as const);
    const resumed = new AdamW(resumedParams, OPTIONS, undefined, saved);
    first.step(gradients, 1e-3);
    resumed.step(gradients, 1e-3);
    for (const key of [HEAD, STEM]) expect(host(resumedParams, key)).toEqual(host(params, key));
  });
});

describe('the optimizer of policy-7d.ckpt', () => {
  interface Reference {
    state_dicts: {
      optimizer: {
        param_groups: ({ params: number } & Record<string, unknown>)[];
        state_entries: number;
        state: Record<string, { exp_avg: { shape: number[]; sum: number } }>;
      };
    };
  }
  const reference = JSON.parse(
    readFileSync(new URL('../../fixtures/reference/policy-7d.json', import.meta.url), 'utf8'),
  ) as Reference;
  const seven = policySpec(
    config({ shape_meta: shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 7) }),
  );
  const { param_groups: groups, state_entries: entries, state } = reference.state_dicts.optimizer;

  it('is read into the moments of the same parameters, and written as it was', async () => {
    const read = await withCheckpoint('policy-7d.ckpt.gz', (file) => readOptimizer(seven, file));
    const optimizer = new AdamW(freshStore(seven, 0), OPTIONS, undefined, read.moments);
    const source = await optimizerSource(read.groups, OPTIONS, 1e-3, asTrainer(optimizer));
    expect(source.state.size).toBe(entries);
    for (const [index, saved] of Object.entries(state)) {
      const moments = source.state.get(Number(index))!;
      expect(moments.step).toBe(4321);
      expect(moments.expAvg.shape).toEqual(saved.exp_avg.shape);
      const sum = (await valuesOf(moments.expAvg)).reduce((total, value) => total + value, 0);
      expect(sum, `sum of ${moments.expAvg.key}`).toBeCloseTo(saved.exp_avg.sum, 4);
    }
  });

  it('has the groups that are written', async () => {
    const settings = {
      ...OPTIONS,
      learningRate: 1e-4,
      eps: 1e-8,
      weightDecay: { decayed: 1e-3, 'not decayed': 0, encoder: 1e-6 },
    };
    const none = asTrainer(new AdamW(freshStore(seven, 0), settings));
    const written = (await optimizerSource(freshOptimizer(seven).groups, settings, 1e-4, none)).paramGroups;
    const counted = written.map(({ params, initial_lr: _, ...group }) => ({
      ...group,
      params: (params as readonly number[]).length,
    }));
    // Integral floats are marked as such, which JSON does not show.
    expect(JSON.parse(JSON.stringify(counted))).toEqual(groups);
    expect(written.flatMap(({ params }) => params)).toEqual(Array.from({ length: 115 }, (_, i) => i));
  });

  it('is refused by another policy', async () => {
    const load = withCheckpoint('policy-7d.ckpt.gz', (file) => readOptimizer(spec, file));
    await expect(load).rejects.toThrow(
      'the moments of model.cond_obs_emb.weight are float32 [32,71], expected floats [32,72]',
    );
  });
});

function asTrainer(optimizer: AdamW): Pick<Trainer, 'steps' | 'moment'> {
  return { steps: async () => optimizer.steps(), moment: (key, which) => optimizer.moment(key, which) };
}

async function valuesOf(source: TensorSource): Promise<Float32Array> {
  const bytes = await source.read();
  return new Float32Array(bytes.slice().buffer);
}
