/** What a fresh UNet hybrid policy starts from: PyTorch's defaults. */
import { expect, it } from 'vitest';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { unetHybridConfig } from '../../../tensors/policy/configs.js';

const spec = policySpec(unetHybridConfig());
const rule = (key: string) =>
  familyOfSpec(spec).initialRule(spec.parameters.find((entry) => entry.key === key)!, spec);

it.each([
  ['model.down_modules.0.0.blocks.0.block.0.weight', 8 * 5],
  ['model.down_modules.0.0.blocks.0.block.0.bias', 8 * 5],
  ['model.up_modules.0.2.conv.weight', 16 * 4],
  ['model.mid_modules.0.cond_encoder.1.bias', 16 + 2 * 72],
  ['model.final_conv.1.bias', 16],
])('%s lies between ±1/√%i, weight and bias alike', (key, fanIn) => {
  expect(rule(key)).toEqual({ kind: 'uniform', bound: 1 / Math.sqrt(fanIn) });
});

it('norms start as identities', () => {
  expect(rule('model.final_conv.0.block.1.weight')).toEqual({ kind: 'constant', value: 1 });
  expect(rule('model.mid_modules.1.blocks.1.block.1.bias')).toEqual({ kind: 'constant', value: 0 });
});
