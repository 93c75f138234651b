/** What policies that see one vector have in common. */
import { expect, it } from 'vitest';
import { columnOf } from '../../../engine/judge/policy/columnOf.js';
import { readLowdim } from '../../../engine/judge/policy/lowdim.js';

const read = (dataset: Record<string, string | null>) =>
  readLowdim({ policy: { action_dim: 2, obs_dim: 3 }, task: { dataset } });

it('the arrays are called as the data set class is told', () => {
  const widths = read({ obs_key: 'keypoint', action_key: 'action' });
  expect(widths.columns).toEqual({ obs: 'keypoint' });
  expect([columnOf(widths, 'obs'), columnOf(widths, 'action')]).toEqual(['keypoint', 'action']);
});

it('without names they are obs and action', () => {
  expect(read({ obs_key: null }).columns).toBeUndefined();
  expect(columnOf(read({}), 'obs')).toBe('obs');
  expect(columnOf(read({ obs_key: 'keypoint' }), 'toString')).toBe('toString');
});
