/** What a fresh UNet image policy starts from: torchvision's rule in its encoders, unless they start from downloaded weights. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../../engine/base/plain.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { unetImageConfig } from '../../../tensors/policy/configs.js';

const ENCODER = 'obs_encoder.key_model_map.image.';
const ruleOf = (key: string, encoder: PlainMap = {}) => {
  const spec = policySpec(unetImageConfig({}, encoder));
  return familyOfSpec(spec).initialRule(spec.parameters.find((entry) => entry.key === key)!, spec);
};

it.each([
  ['conv1.weight', 64 * 49],
  ['layer2.0.conv1.weight', 128 * 9],
  ['layer4.0.downsample.0.weight', 512],
])('%s is normal with He’s deviation √(2/%i)', (key, fanOut) => {
  expect(ruleOf(ENCODER + key)).toEqual({ kind: 'normal', std: Math.sqrt(2 / fanOut) });
});

it('norms start as identities, the UNet from PyTorch’s defaults', () => {
  expect(ruleOf(`${ENCODER}layer1.0.bn2.weight`)).toEqual({ kind: 'constant', value: 1 });
  expect(ruleOf(`${ENCODER}layer1.0.bn2.bias`)).toEqual({ kind: 'constant', value: 0 });
  expect(ruleOf('model.final_conv.1.bias')).toEqual({ kind: 'uniform', bound: 1 / 4 });
});

it('new encoders never start from random values in the place of downloaded weights', () => {
  const rgb_model = { _target_: 'lab.get_resnet', name: 'resnet18', weights: 'IMAGENET1K_V1' };
  expect(() => ruleOf(`${ENCODER}conv1.weight`, { rgb_model })).toThrow(
    /policy\.obs_encoder\.rgb_model\.weights is IMAGENET1K_V1/,
  );
  expect(ruleOf('model.final_conv.1.bias', { rgb_model })).toMatchObject({ kind: 'uniform' });
});
