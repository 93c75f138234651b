/** The UNet's loss and gradients on WebAssembly are PyTorch's too: a kernel that is wrong there shows in no sample. */
// @module-tag engine
import { expect, test } from 'vitest';
import { openBackend } from '../../../../engine/tensors/backend/open.js';
import { undrawn } from '../../../../engine/tensors/backend/recorded.js';
import { GradientSum } from '../../../../engine/tensors/policy/gradients.js';
import { FamilyReference } from '../familyReference.js';
import { l2 } from '../reference.js';

test('loss (1e-4) and the norm of every gradient of the UNet (1e-3)', { timeout: 300_000 }, async () => {
  await openBackend({ request: 'wasm' });
  const reference = await FamilyReference.read('unet-hybrid', 8);
  const policy = await reference.policy();
  const features = policy.encode(reference.observations());
  const actions = reference.tensor3d('batch.action');
  const options = { noise: reference.tensor3d('noise'), timesteps: reference.timesteps() };
  const { loss, grad_norm } = reference.numerics;
  const keys = Object.keys(grad_norm).filter((key) => key.startsWith('model.'));
  const sum = new GradientSum(policy.params, keys);
  const found = sum.add({
    inputs: [features, actions, ...Object.values(options)],
    draw: undrawn,
    loss: () => policy.loss(actions, features, options),
  });
  expect(Math.abs(found.loss - loss) / loss).toBeLessThan(1e-4);
  expect(keys.length).toBeGreaterThan(90);
  for (const key of keys) {
    const off = Math.abs(l2(sum.gradients.get(key)!.dataSync()) - grad_norm[key]!) / grad_norm[key]!;
    expect(off, `norm of ${key}`).toBeLessThan(1e-3);
  }
});
