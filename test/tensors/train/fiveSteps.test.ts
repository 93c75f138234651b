// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../engine/tensors/backend/recorded.js';
import { GradientSum } from '../../../engine/tensors/policy/gradients.js';
import { toTorch } from '../../../engine/tensors/policy/layout.js';
import type { ParameterStore } from '../../../engine/tensors/policy/parameters.js';
import { Ema } from '../../../engine/tensors/train/ema.js';
import { AdamW } from '../../../engine/tensors/train/optimizer.js';
import { emaDecay } from '../../../engine/training/loop/emaDecay.js';
import { learningRate } from '../../../engine/training/schedule.js';
import {
  l2,
  names,
  numerics,
  observations,
  referencePolicy,
  relativeError,
  spec,
  tensor3d,
  timesteps,
  values,
} from '../policy/reference.js';
import { copyOf } from '../policy/stores.js';

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

const entries = new Map(spec.parameters.map((entry) => [entry.key, entry]));
const torchValues = (params: ParameterStore, key: string) =>
  toTorch(params.get(key).dataSync<'float32'>(), entries.get(key)!);

describe('five steps of AdamW, EMA and cosine', () => {
  it('go the way that PyTorch goes', async () => {
    const policy = await referencePolicy();
    const { params } = policy;
    const ema = new Ema(copyOf(params));
    const obs = observations();
    const optimizer = new AdamW(params, {
      learningRate: 1e-4,
      betas: [0.9, 0.95],
      eps: 1e-8,
      weightDecay: { decayed: 1e-3, 'not decayed': 0, encoder: 1e-6 },
    });
    const gradients = new GradientSum(params);
    const tensorCounts: number[] = [];
    for (const [index, expected] of numerics.steps.entries()) {
      const prefix = index === 0 ? '' : `step${index}.`;
      const [actions, noise, t] = [
        tensor3d('batch.action'),
        tensor3d(`${prefix}noise`),
        timesteps(`${prefix}timesteps`),
      ];
      gradients.clear();
      const { loss } = gradients.add({
        inputs: [...obs.images.values(), ...obs.lowDim.values(), actions, noise, t],
        draw: undrawn,
        loss: () => policy.loss(actions, policy.encode(obs), { noise, timesteps: t }),
      });
      expect(gradients.refusal).toBeUndefined();
      tf.dispose([actions, noise, t]);
      const rate = learningRate('cosine', 1e-4, index, { warmupSteps: 3, totalSteps: 20 });
      optimizer.step(gradients.gradients, rate);
      const decay = emaDecay(index);
      ema.update(params, params.trainable(), decay);
      tensorCounts.push(tf.memory().numTensors);

      expect(Math.abs(loss / expected.loss - 1), `loss of step ${index}`).toBeLessThan(3e-4);
      expect(rate).toBeCloseTo(expected.lr_used, 12);
      expect(decay).toBeCloseTo(expected.ema_decay, 12);
      for (const [key, norm] of Object.entries(expected.param_l2)) {
        expect(l2(params.get(key).dataSync()) / norm, `${key} after step ${index}`).toBeCloseTo(1, 6);
      }
    }
    for (const [prefix, store] of [
      ['after5.model.', params],
      ['after5.ema.', ema.average],
    ] as const) {
      const saved = names(prefix);
      expect(saved.length).toBeGreaterThan(5);
      for (const name of saved) {
        const found = torchValues(store, name.slice(prefix.length));
        expect(relativeError(found, values(name)), name).toBeLessThan(1e-4);
      }
    }
    expect(new Set(tensorCounts.slice(1)).size, `tensors held: ${tensorCounts.join(', ')}`).toBe(1);
  });
});
