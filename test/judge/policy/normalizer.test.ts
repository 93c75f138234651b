/** The normaliser's fields, keys and roles. */
import { expect, it } from 'vitest';
import { ParameterListing } from '../../../engine/judge/policy/listing.js';
import {
  addNormalizer,
  fieldsOf,
  isNormalizerKey,
  normalizerAxis,
  normalizerKey,
  normalizerPlace,
  STATISTICS,
  statisticOf,
} from '../../../engine/judge/policy/normalizer.js';
import type { ObservationSpec } from '../../../engine/judge/policy/spec.js';

const observations: readonly ObservationSpec[] = [
  { key: 'front', type: 'rgb', shape: [3, 8, 8] },
  { key: 'pose', type: 'low_dim', shape: [7] },
];
const normalizer = fieldsOf(8, observations);

it('has the action, then low-dimensional observations, then images', () =>
  expect(normalizer).toEqual([
    { name: 'action', width: 8, range: 'fitted' },
    { name: 'pose', width: 7, range: 'fitted' },
    { name: 'front', width: 1, range: 'image' },
  ]));

it('lists six tensors of each field, which are read back from their keys', () => {
  const list = new ParameterListing();
  addNormalizer(list, normalizer);
  expect(list.entries.map(({ shape }) => shape[0])).toEqual(
    [8, 7, 1].flatMap((width) => Array(6).fill(width)),
  );
  const read = list.entries.map(({ key }) => [normalizerPlace(key)?.of?.name, statisticOf(key)]);
  expect(read).toEqual(normalizer.flatMap(({ name }) => STATISTICS.map((statistic) => [name, statistic])));
  expect(list.entries.every(({ key, kind }) => isNormalizerKey(key) && kind === 'normalizer')).toBe(true);
});

it('a name may hold what looks like a part of a key', () => {
  const key = normalizerKey('scale', 'min');
  expect(normalizerPlace(key)).toMatchObject({ part: 'normalizer', of: { name: 'scale' } });
  expect(statisticOf(key)).toBe('min');
});

it('follows the actions or its observation; an image follows nothing', () => {
  const segments = (field: string) => normalizerAxis(normalizerKey(field, 'std'), { normalizer })?.segments;
  expect(segments('action')).toEqual([{ of: 'action', width: 8 }]);
  expect(segments('pose')).toEqual([{ of: 'observation', key: 'pose', width: 7 }]);
  expect(segments('front')).toBeUndefined();
  expect(normalizerAxis('model.weight', { normalizer })).toBeUndefined();
});

it('other keys are not its', () => {
  expect(normalizerPlace('model.normalizer.scale')).toBeUndefined();
  expect(normalizerPlace('normalizer.other')).toEqual({ part: 'normalizer' });
});
