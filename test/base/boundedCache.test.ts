/** Values up to a number of bytes, the least recently used forgotten first. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedCache } from '../../engine/base/boundedCache.js';
import { propertyRuns } from '../propertyRuns.js';

test('the least recently used goes first', () => {
  const cache = new BoundedCache<number>(3);
  for (const key of ['a', 'b', 'c']) cache.set(key, 1, 1);
  cache.get('a');
  cache.set('d', 1, 1);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual([1, undefined, 1, 1]);
});

test('a value that is larger than all is not kept, and drives nothing out but its own key', () => {
  const cache = new BoundedCache<string>(10);
  cache.set('a', 'small', 2);
  cache.set('b', 'old', 2);
  cache.set('b', 'large', 11);
  expect([cache.get('a'), cache.get('b')]).toEqual(['small', undefined]);
});

test('a key that is set again counts once', () => {
  const cache = new BoundedCache<number>(10);
  for (let k = 0; k < 20; k++) cache.set('a', k, 6);
  cache.set('b', 1, 4);
  expect([cache.get('a'), cache.get('b')]).toEqual([19, 1]);
});

test('whatever is set: never more than its bytes, and the newest that fits is there', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), bytes: fc.nat(8) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const cache = new BoundedCache<number>(10);
      for (const [k, { key, bytes }] of steps.entries()) {
        cache.set(key, k, bytes);
        expect(cache.get(key)).toBe(bytes > 10 ? undefined : k);
      }
      const held = ['a', 'b', 'c', 'd'].flatMap((key) => cache.get(key) ?? []);
      expect(held.reduce((sum, k) => sum + steps[k]!.bytes, 0)).toBeLessThanOrEqual(10);
    }),
    { numRuns: propertyRuns(0.2) },
  );
});
