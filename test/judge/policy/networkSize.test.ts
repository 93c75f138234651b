import { expect, it } from 'vitest';
import { FAMILIES } from '../../../engine/judge/policy/families.js';
import { networkSize } from '../../../engine/judge/policy/networkSize.js';
import { config } from '../../tensors/policy/configs.js';

it('tells the settings of size that the config gives, in the words of its family', () => {
  expect(networkSize(config())).toBe('n_layer 2, n_head 2, n_emb 32');
  expect(networkSize({ policy: { n_emb: [16, 32] } })).toBe('n_emb [16, 32]');
});

it('a class that is not known may have settings of the same names', () =>
  expect(networkSize({ policy: { _target_: 'a.Other', n_layer: 8 } })).toBe('n_layer 8'));

it.each([undefined, {}, { policy: { n_layer: '${layers}', n_emb: [16, 'x'] } }])('nothing of %j', (given) =>
  expect(networkSize(given as never)).toBeUndefined(),
);

it('every family has some', () => {
  for (const { id, sizeSettings } of FAMILIES) expect([id, sizeSettings.length > 0]).toEqual([id, true]);
});
