/** What wrappers put around a policy's keys. */
import { describe, expect, it } from 'vitest';
import {
  likelyWrappings,
  wrappedKey,
  wrappings,
  wrappingText,
} from '../../../engine/judge/policy/prefixes.js';

const KEYS = ['model.a.weight', 'model.a.bias', 'encoder.weight', 'scale'];
const policy = new Set(KEYS);
const under = (prefix: string) => KEYS.map((key) => `${prefix}${key}`);

describe('likelyWrappings', () => {
  it.each(['module.', '_orig_mod.', 'module._orig_mod.', 'policy.', 'ema.averaged.'])(
    'finds %s',
    (prefix) => {
      const [found, ...others] = likelyWrappings(under(prefix), policy);
      expect(others).toEqual([]);
      expect(found!.prefix).toBe(prefix);
      expect([...found!.keys]).toEqual(KEYS.map((key) => [key, `${prefix}${key}`]));
    },
  );

  it('finds a wrapper behind a module’s name, and puts it back into other keys of it', () => {
    const inside = KEYS.map((key) => key.replace(/^model\./, 'model._orig_mod.'));
    const [found] = likelyWrappings(inside, policy);
    expect(found!.prefix).toBe('');
    expect([...found!.inner]).toEqual([['model', '_orig_mod']]);
    expect(wrappedKey('model.b.weight', found!)).toBe('model._orig_mod.b.weight');
    expect(wrappedKey('encoder.bias', found!)).toBe('encoder.bias');
  });

  it('none where the names are the policy’s own, or nothing fits', () => {
    expect(likelyWrappings(KEYS, policy)).toEqual([]);
    expect(likelyWrappings(['x.y', 'z'], policy)).toEqual([]);
  });

  it('several where the file holds several copies', () => {
    const both = [...under('net.'), ...under('ema.')];
    expect(likelyWrappings(both, policy).map(({ prefix }) => prefix)).toEqual(['net.', 'ema.']);
  });

  it('a few keys that happen to fit are none', () =>
    expect(likelyWrappings([...KEYS, 'other.scale'].slice(3), policy)).toEqual([]));
});

it('crafted keys cost no more than real ones', () => {
  const long = Array.from({ length: 2000 }, (_, at) => `${'a.'.repeat(200 + at)}scale`);
  expect(wrappings(long, policy)).toEqual([]);
});

it('is told with who adds it', () => {
  const [found] = likelyWrappings(under('module._orig_mod.'), policy);
  expect(wrappingText(found!)).toBe(
    'the prefix module._orig_mod. (DataParallel or DistributedDataParallel, torch.compile)',
  );
});
