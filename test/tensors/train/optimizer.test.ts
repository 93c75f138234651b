// @module-tag engine
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointFile, TensorSource } from '../../../engine/formats/checkpoint/types.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { ParameterStore } from '../../../engine/tensors/policy/parameters.js';
import { AdamW, type AdamWOptions } from '../../../engine/tensors/train/optimizer.js';
import { config, image, pose, shapeMeta } from '../policy/configs.js';
import { spec, withCheckpoint } from '../policy/reference.js';

const OPTIONS: AdamWOptions = {
  learningRate: 1e-3,
  betas: [0.9, 0.95],
  eps: 1e-8,
  weightDecay: { decayed: 0.1, 'not decayed': 0, encoder: 0.01 },
};
const HEAD = 'model.head.weight';
const BIAS = 'model.head.bias';
const STEM = 'obs_encoder.obs_nets.image.backbone.nets.0.weight';
const fresh = ParameterStore.fresh(spec, 0);
const host = (params: ParameterStore, key: string) => params.get(key).dataSync<'float32'>();
const ones = (key: string) => tf.onesLike(fresh.get(key));

/** The first value of `key` after `steps` updates with gradients of one. */
function updated(key: string, options: AdamWOptions, steps = 1): number {
  const params = fresh.clone();
  params.set(key, host(fresh, key).fill(0.5));
  const optimizer = new AdamW(params, options);
  for (let step = 0; step < steps; step += 1) optimizer.step(new Map([[key, ones(key)]]), 1e-3);
  return host(params, key)[0]!;
}

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

describe('AdamW', () => {
  it('decays matrices, spares biases, and treats the encoder as a group of its own', () => {
    // The first update moves by the rate; decay is rate · weight decay · value.
    expect(updated(HEAD, OPTIONS)).toBeCloseTo(0.5 * (1 - 1e-4) - 1e-3, 7);
    expect(updated(BIAS, OPTIONS)).toBeCloseTo(0.5 - 1e-3, 7);
    expect(updated(STEM, OPTIONS)).toBeCloseTo(0.5 * (1 - 1e-5) - 1e-3, 7);
  });

  it('multiplies the rate of a parameter, or of some of its elements', () => {
    const twice = { ...OPTIONS, multiplier: () => 2 };
    expect(updated(BIAS, twice)).toBeCloseTo(0.5 - 2e-3, 7);
    const params = fresh.clone();
    const mask = new Float32Array(host(params, HEAD).length);
    mask[3] = 1;
    const optimizer = new AdamW(params, {
      ...OPTIONS,
      multiplier: ({ key }) => (key === HEAD ? mask : 1),
    });
    optimizer.step(new Map([[HEAD, ones(HEAD)]]), 1e-3);
    const moved = [...host(params, HEAD).keys()].filter(
      (i) => host(params, HEAD)[i] !== host(fresh, HEAD)[i],
    );
    expect(moved).toEqual([3]);
    expect(host(params, HEAD)[3]).toBeCloseTo(host(fresh, HEAD)[3]! * (1 - 1e-4) - 1e-3, 7);
  });

  it('takes a mask over a convolution in the state dict’s layout', () => {
    const params = fresh.clone();
    const mask = new Float32Array(host(params, STEM).length);
    mask[1] = 1; // (out 0, in 0, row 0, column 1)
    const optimizer = new AdamW(params, { ...OPTIONS, multiplier: () => mask });
    optimizer.step(new Map([[STEM, ones(STEM)]]), 1e-3);
    const moved = [...host(params, STEM).keys()].filter(
      (i) => host(params, STEM)[i] !== host(fresh, STEM)[i],
    );
    expect(moved).toEqual([1 * 3 * 64]);
  });

  it('leaves a parameter without a gradient and its moments alone', () => {
    const params = fresh.clone();
    const optimizer = new AdamW(params, OPTIONS);
    optimizer.step(new Map([[BIAS, ones(BIAS)]]), 1e-3);
    expect(host(params, HEAD)).toEqual(host(fresh, HEAD));
    expect(optimizer.source().state.size).toBe(1);
  });

  it('goes on from written state as if it had not stopped', async () => {
    const params = fresh.clone();
    const first = new AdamW(params, OPTIONS);
    const gradients = new Map([HEAD, STEM].map((key) => [key, tf.sin(tf.mul(fresh.get(key), 100))]));
    first.step(gradients, 1e-3);
    const resumedParams = params.clone();
    const resumed = new AdamW(resumedParams, OPTIONS);
    await resumed.load(fileOf(first));
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

  it('is read into the moments of the same parameters', async () => {
    const optimizer = new AdamW(ParameterStore.fresh(seven, 0), OPTIONS);
    await withCheckpoint('policy-7d.ckpt.gz', (file) => optimizer.load(file));
    const source = optimizer.source();
    expect(source.state.size).toBe(entries);
    for (const [index, saved] of Object.entries(state)) {
      const moments = source.state.get(Number(index))!;
      expect(moments.step).toBe(4321);
      expect(moments.expAvg.shape).toEqual(saved.exp_avg.shape);
      const sum = (await valuesOf(moments.expAvg)).reduce((total, value) => total + value, 0);
      expect(sum, `sum of ${moments.expAvg.key}`).toBeCloseTo(saved.exp_avg.sum, 4);
    }
  });

  it('has the groups that are written', () => {
    const options = {
      ...OPTIONS,
      learningRate: 1e-4,
      eps: 1e-8,
      weightDecay: { decayed: 1e-3, 'not decayed': 0, encoder: 1e-6 },
    };
    const written = new AdamW(ParameterStore.fresh(seven, 0), options).source().paramGroups;
    const counted = written.map(({ params, initial_lr: _, ...group }) => ({
      ...group,
      params: (params as readonly number[]).length,
    }));
    // Integral floats are marked as such, which JSON does not show.
    expect(JSON.parse(JSON.stringify(counted))).toEqual(groups);
    expect(written.flatMap(({ params }) => params)).toEqual(Array.from({ length: 115 }, (_, i) => i));
  });

  it('is refused by another policy', async () => {
    const optimizer = new AdamW(fresh.clone(), OPTIONS);
    const load = withCheckpoint('policy-7d.ckpt.gz', (file) => optimizer.load(file));
    await expect(load).rejects.toThrow(
      'the moments of model.cond_obs_emb.weight are float32 [32,71], expected floats [32,72]',
    );
  });
});

async function valuesOf(source: TensorSource): Promise<Float32Array> {
  const bytes = await source.read();
  return new Float32Array(bytes.slice().buffer);
}

/** What a checkpoint that was written from `optimizer` answers. */
function fileOf(optimizer: AdamW): CheckpointFile {
  const { paramGroups, state } = optimizer.source();
  const sources = new Map<string, TensorSource>();
  const info = (source: TensorSource) => {
    sources.set(source.key, source);
    return { ...source, stride: [], storageOffset: 0, storage: source.key };
  };
  const saved = [...state].map(
    ([index, { step, expAvg, expAvgSq }]) =>
      [index, { step, expAvg: info(expAvg), expAvgSq: info(expAvgSq) }] as const,
  );
  const groups: readonly PlainMap[] = paramGroups;
  return {
    index: {
      path: 'written.ckpt',
      stateDicts: {},
      optimizer: { paramGroups: groups, state: new Map(saved) },
      pickles: {},
      config: undefined,
      unexpectedGlobals: [],
    },
    read: async ({ key }) => sources.get(key)!.read(),
    close: async () => {},
  };
}
