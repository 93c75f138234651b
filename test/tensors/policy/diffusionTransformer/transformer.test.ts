// @module-tag engine
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { policySpec } from '../../../../engine/judge/policy/families.js';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../../engine/tensors/backend/recorded.js';
import { encodeCondition } from '../../../../engine/tensors/policy/diffusionTransformer/transformer.js';
import { GradientSum } from '../../../../engine/tensors/policy/gradients.js';
import { config } from '../configs.js';
import { l2, relativeError } from '../reference.js';
import { freshStore } from '../stores.js';

interface Fixture {
  readonly weights: Record<string, number[]>;
  readonly condition: number[];
  readonly memory: number[];
  readonly gradNorm: Record<string, number>;
}
const fixture = JSON.parse(
  readFileSync(new URL('../../../fixtures/policy/conditionEncoder.json', import.meta.url), 'utf8'),
) as Fixture;

beforeAll(async () => {
  await openBackend({ request: 'auto' });
});

describe('condition encoder layers (n_cond_layers 2)', () => {
  const params = freshStore(policySpec(config({ n_cond_layers: 2, n_emb: 8, n_head: 2 })), 0);
  for (const [name, weights] of Object.entries(fixture.weights))
    params.set(`model.encoder.${name}`, Float32Array.from(weights));

  it('give PyTorch’s memory to 1e-5', () => {
    const memory = encodeCondition(params, tf.tensor2d(fixture.condition, [6, 8]), 2);
    expect(relativeError(memory.dataSync(), fixture.memory)).toBeLessThan(1e-5);
  });

  it('give PyTorch’s gradients to 1e-4', () => {
    const keys = Object.keys(fixture.gradNorm).map((name) => `model.encoder.${name}`);
    const sum = new GradientSum(params, keys);
    const condition = tf.tensor2d(fixture.condition, [6, 8]);
    sum.add({
      inputs: [condition],
      draw: undrawn,
      loss: () => tf.sum(tf.square(encodeCondition(params, condition, 2))),
    });
    expect(sum.refusal).toBeUndefined();
    for (const [name, norm] of Object.entries(fixture.gradNorm)) {
      const found = l2(sum.gradients.get(`model.encoder.${name}`)!.dataSync());
      expect(Math.abs(found - norm) / norm, name).toBeLessThan(1e-4);
    }
  });
});
