/** The optimizer's groups as torch saves them. */
import { expect, it } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { savedGroups } from '../../../engine/judge/policy/savedGroups.js';

const parameter = (key: string) => ({
  key,
  shape: [1],
  dtype: 'float32' as const,
  kind: 'parameter' as const,
});
const groups = [
  { name: 'first', parameters: ['a', 'b'].map(parameter) },
  { name: 'second', parameters: [] },
  { name: 'third', parameters: [parameter('c')] },
];
const settings = {
  learningRate: 1e-4,
  betas: [0.9, 0.999] as const,
  eps: 1e-8,
  weightDecay: { first: 0.1, second: 0, third: 1 },
};

it('numbers the parameters through all groups, each with its own decay', () => {
  const saved = savedGroups(groups, settings);
  expect(saved.map(({ params }) => params)).toEqual([[0, 1], [], [2]]);
  expect(saved.map(({ lr, initial_lr: first }) => [lr, first])).toEqual(Array(3).fill([1e-4, 1e-4]));
  expect(saved[0]!['weight_decay']).toBe(0.1);
});

it('writes whole rates and decays as floats, since Python tells them apart', () => {
  const saved = savedGroups(groups, settings);
  expect(saved.slice(1).map(({ weight_decay: decay }) => decay)).toEqual([new PyFloat(0), new PyFloat(1)]);
});

it('has the rate of the next step beside the one that the schedule scales', () => {
  const [group] = savedGroups(groups, settings, 5e-5);
  expect([group!['lr'], group!['initial_lr']]).toEqual([5e-5, 1e-4]);
});
