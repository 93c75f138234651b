/** The low-dim transformer against what upstream's class computes: prediction, loss, gradients, sampled actions. */
// @module-tag engine
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { observedSteps } from '../../../../engine/judge/policy/trajectory.js';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../../engine/tensors/backend/recorded.js';
import { GradientSum } from '../../../../engine/tensors/policy/gradients.js';
import type { Policy } from '../../../../engine/tensors/policy/policy.js';
import { FamilyReference } from '../familyReference.js';
import { l2, relativeError } from '../reference.js';
import { noised, sampled } from '../stores.js';

describe.each([7, 8] as const)('%d-D', (dimensions) => {
  let reference: FamilyReference;
  let policy: Policy;
  let features: tf.Tensor2D;
  beforeAll(async () => {
    await openBackend({ request: 'auto' });
    reference = await FamilyReference.read('transformer-lowdim', dimensions);
    policy = await reference.policy();
    const obs = reference.tensor3d('batch.obs');
    const [batch, , width] = obs.shape;
    const steps = observedSteps(reference.spec);
    const seen = tf.slice(obs, [0, 0, 0], [batch, steps, width]).reshape<tf.Tensor2D>([-1, width]);
    features = policy.encode({ images: new Map(), lowDim: new Map([['obs', seen]]) });
  });

  const lossInputs = () => ({ noise: reference.tensor3d('noise'), timesteps: reference.timesteps() });

  it('predicts the noise (1e-4)', () => {
    const { noise, timesteps } = lossInputs();
    const clean = policy.normalizer.normalize('action', reference.tensor3d('batch.action'));
    const noisy = noised(policy, clean, noise, timesteps);
    const predicted = policy.predict({ noisy, timesteps, features });
    expect(relativeError(predicted.dataSync(), reference.values('pred'))).toBeLessThan(1e-4);
  });

  it('has its loss and the norm of every gradient (1e-3)', () => {
    const { noise, timesteps } = lossInputs();
    const actions = reference.tensor3d('batch.action');
    const sum = new GradientSum(policy.params);
    const { loss } = sum.add({
      inputs: [actions, features, noise, timesteps],
      draw: undrawn,
      loss: () => policy.loss(actions, features, { noise, timesteps }),
    });
    expect(Math.abs(loss / reference.numerics.loss - 1)).toBeLessThan(1e-4);
    expect(sum.refusal).toBeUndefined();
    // Upstream's loss reaches the normaliser too, but its optimizer does not train it.
    const trained = Object.keys(reference.numerics.grad_norm).filter((key) => !key.startsWith('normalizer.'));
    expect([...sum.gradients.keys()].sort()).toEqual(trained.sort());
    for (const [key, gradient] of sum.gradients) {
      const expected = reference.numerics.grad_norm[key]!;
      const found = l2(gradient.dataSync());
      expect(Math.abs(found - expected), key).toBeLessThan(1e-3 * Math.max(expected, 1e-3));
    }
  });

  it('samples its actions with its noise (1e-4)', () => {
    const noise = (draw: number) => reference.tensor3d(`sample.noise${String(draw).padStart(2, '0')}`);
    const found = sampled(policy, features, { noise, method: 'ddpm', steps: 10 });
    expect(relativeError(found.actionPred.dataSync(), reference.values('sample.action_pred'))).toBeLessThan(
      1e-4,
    );
    expect(relativeError(found.action.dataSync(), reference.values('sample.action'))).toBeLessThan(1e-4);
  });
});
