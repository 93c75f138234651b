/** What every UNet policy with image encoders is held to: upstream's prediction, loss, gradients and samples of one batch. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../engine/tensors/backend/recorded.js';
import { GradientSum } from '../../../engine/tensors/policy/gradients.js';
import type { ObsBatch, Policy } from '../../../engine/tensors/policy/policy.js';
import { FamilyReference } from './familyReference.js';
import { l2, relativeError } from './reference.js';
import { noised, sampled } from './stores.js';

/** `family` is a folder of `test/fixtures/families`; `tolerance` that of the encoders' gradients. */
export function computesAsUpstream(family: string, tolerance: Readonly<Record<7 | 8, number>>): void {
  describe.each([7, 8] as const)('the %i-D reference', (dimensions) => {
    let reference: FamilyReference;
    let policy: Policy;
    let obs: ObsBatch;
    beforeAll(async () => {
      await openBackend({ request: 'auto' });
      reference = await FamilyReference.read(family, dimensions);
      policy = await reference.policy();
      obs = reference.observations();
    });

    const batch = () => {
      const actions = reference.tensor3d('batch.action');
      const options = { noise: reference.tensor3d('noise'), timesteps: reference.timesteps() };
      return {
        inputs: [...obs.images.values(), ...obs.lowDim.values(), actions, ...Object.values(options)],
        draw: undrawn,
        loss: () => policy.loss(actions, policy.encode(obs), options),
      };
    };

    it('predicts the noise (1e-4)', () => {
      const clean = policy.normalizer.normalize('action', reference.tensor3d('batch.action'));
      const timesteps = reference.timesteps();
      const noisy = noised(policy, clean, reference.tensor3d('noise'), timesteps);
      const found = policy.predict({ noisy, timesteps, features: policy.encode(obs) });
      expect(relativeError(found.dataSync(), reference.values('pred'))).toBeLessThan(1e-4);
    });

    it('has its loss and the norm of every gradient (1e-4 in the UNet)', () => {
      const { loss, grad_norm } = reference.numerics;
      const sum = new GradientSum(policy.params);
      const found = sum.add(batch());
      expect(sum.refusal).toBeUndefined();
      expect(Math.abs(found.loss - loss) / loss).toBeLessThan(1e-4);
      // The normaliser is fitted on the data set: it has no optimizer, whatever gradients reach it.
      const trained = Object.keys(grad_norm).filter((key) => !key.startsWith('normalizer.'));
      expect([...sum.gradients.keys()].sort()).toEqual(trained.sort());
      for (const [key, gradient] of sum.gradients) {
        // Exactly, softmax makes the key points' bias irrelevant: what PyTorch has there is rounding, and so is ours.
        const expected = Math.max(grad_norm[key]!, 1e-3);
        const error = Math.abs(l2(gradient.dataSync()) - grad_norm[key]!) / expected;
        expect(error, `norm of ${key}`).toBeLessThan(key.startsWith('model.') ? 1e-4 : tolerance[dimensions]);
      }
      sum.dispose();
    });

    it('samples the same actions with DDPM in ten steps (1e-4)', () => {
      const { actionPred, action } = sampled(policy, policy.encode(obs), {
        method: 'ddpm',
        steps: 10,
        noise: (draw) => reference.tensor3d(`sample.noise${String(draw).padStart(2, '0')}`),
      });
      expect(relativeError(actionPred.dataSync(), reference.values('sample.action_pred'))).toBeLessThan(1e-4);
      expect(relativeError(action.dataSync(), reference.values('sample.action'))).toBeLessThan(1e-4);
      tf.dispose([actionPred, action]);
    });
  });
}
