/** What keeps a checkpoint from being loaded as it is, and the options of adapt for it. */
import { expect, it } from 'vitest';
import { planAdvice } from '../../../engine/judge/adapt/advice.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { indexOf, oldConfig } from '../../adapt/references.js';

const index = indexOf('policy-7d.json');
const spec = policySpec(oldConfig);
const tensors = index.stateDicts.model!;
const under = (prefix: string) => tensors.map((tensor) => ({ ...tensor, key: `${prefix}${tensor.key}` }));

it('nothing of a checkpoint that fits', () =>
  expect(planAdvice(index, tensors, spec)).toEqual({ wrapped: undefined, options: [], refused: undefined }));

it('a prefix is removed; which one, where there are several', () => {
  const { wrapped, options } = planAdvice(index, under('module.'), spec);
  expect(wrapped).toContain('the prefix module.');
  expect(options).toEqual(['--strip-prefix']);
  const both = [...under('net.'), ...under('ema.')];
  expect(planAdvice(index, both, spec).options).toEqual(['--strip-prefix', 'net.']);
});

it('a file without a config needs one', () =>
  expect(planAdvice({ ...index, config: undefined }, tensors, spec).options).toEqual([
    '--old-config',
    'OLD.yaml',
  ]));

it('one whose policy class is not known would be refused', () => {
  const config = { policy: { _target_: 'lab.Other' } };
  expect(planAdvice({ ...index, config }, tensors, spec).refused).toContain('policy._target_ is lab.Other');
});

it('one of another family would be refused', () => {
  const config = { policy: { _target_: 'lab.DiffusionUnetHybridImagePolicy' } };
  expect(planAdvice({ ...index, config }, tensors, spec).refused).toMatch(
    /^config describes a .*UNet.*, and this one a diffusion transformer policy: none of its weights can be kept$/,
  );
});
