/** Rates, decays and betas of a config. */
import { expect, it } from 'vitest';
import type { Plain } from '../../../engine/base/plain.js';
import { betasAt, rateAt } from '../../../engine/judge/policy/optimizerSettings.js';

const optimizer = (name: string, value: Plain) => ({ optimizer: { [name]: value } });

it('takes zero and more as a rate', () => {
  expect(rateAt(optimizer('lr', 0), 'lr')).toBe(0);
  expect(rateAt(optimizer('lr', 1e-4), 'lr')).toBe(1e-4);
  expect(() => rateAt(optimizer('lr', -1), 'lr')).toThrow('optimizer.lr is -1, expected zero or more');
  expect(() => rateAt({}, 'lr')).toThrow(/optimizer\.lr is missing/);
});

it.each<Plain>([[[0.9]], [[0.9, 1]], [[-0.1, 0.9]], ['x'], null].map((value) => value as Plain))(
  '%j are not betas',
  (value) =>
    expect(() => betasAt(optimizer('betas', value))).toThrow(
      /betas is .*, expected two numbers from 0 to below 1/,
    ),
);

it('takes two betas', () => expect(betasAt(optimizer('betas', [0, 0.999]))).toEqual([0, 0.999]));
