/** The loss and its gradients on WebAssembly are PyTorch's too: a kernel that is wrong there shows in no sample. */
// @module-tag engine
import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../engine/tensors/backend/recorded.js';
import { GradientSum } from '../../../engine/tensors/policy/gradients.js';
import { lookUp } from '../../../engine/tensors/policy/layers.js';
import type { Policy } from '../../../engine/tensors/policy/policy.js';
import {
  l2,
  numerics,
  observations,
  referencePolicy,
  relativeError,
  tensor3d,
  timesteps,
  values,
} from './reference.js';
import { noised } from './stores.js';

let policy: Policy;
beforeAll(async () => {
  await openBackend({ request: 'wasm' });
  policy = await referencePolicy();
});

test('a table is looked up by its indices', () => {
  const found = lookUp(Float32Array.of(0.5, -2, 3e-7), timesteps('timesteps').mul(0).add(2).toInt().as1D());
  expect([...found.dataSync()]).toEqual(Array(found.size).fill(Math.fround(3e-7)));
});

test('the action is noised', () => {
  const noisy = noised(policy, tensor3d('forward.nact'), tensor3d('noise'), timesteps('timesteps'));
  expect(relativeError(noisy.dataSync(), values('forward.noisy'))).toBeLessThan(1e-6);
});

test('loss (1e-4) and the norm of every gradient (1e-3)', { timeout: 300_000 }, () => {
  const obs = observations();
  const tensors = {
    actions: tensor3d('batch.action'),
    noise: tensor3d('noise'),
    timesteps: timesteps('timesteps'),
  };
  const inputs = [...obs.images.values(), ...obs.lowDim.values(), ...Object.values(tensors)];
  const loss = () => policy.loss(tensors.actions, policy.encode(obs), tensors);
  const sum = new GradientSum(policy.params);
  expect(sum.add({ inputs, draw: undrawn, loss }).loss).toBeCloseTo(numerics.loss, 4);
  expect([...sum.gradients.keys()].sort()).toEqual(Object.keys(numerics.grad_norm).sort());
  for (const [key, tensor] of sum.gradients) {
    const expected = numerics.grad_norm[key]!;
    const off = Math.abs(l2(tensor.dataSync<'float32'>()) - expected) / Math.max(expected, 1e-3);
    expect(off, `norm of ${key}`).toBeLessThan(1e-3);
  }
});
