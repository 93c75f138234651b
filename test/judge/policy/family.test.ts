/** The observation that a key names: found behind a prefix, and replaced there alone. */
import { expect, it } from 'vitest';
import { namedBehind, renamedKey } from '../../../engine/judge/policy/family.js';

it.each([
  ['enc.front.weight', { name: 'front', at: 4 }],
  ['enc.enc.weight', { name: 'enc', at: 4 }],
  ['enc.weight', undefined],
  ['enc..weight', undefined],
  ['other.front.weight', undefined],
  ['enc.', undefined],
])('behind enc. in %s', (key, named) => expect(namedBehind('enc.', key)).toEqual(named));

it('is replaced where it stands, not where the same word stands elsewhere', () => {
  const key = 'nets.nets.nets.0.weight';
  expect(renamedKey(key, namedBehind('nets.', key)!, 'front')).toBe('nets.front.nets.0.weight');
});
