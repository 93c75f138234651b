import { expect, test } from 'vitest';
import type { Plain, PlainMap } from '../../../engine/base/plain.js';
import { parseGripperValidation } from '../../../engine/formats/run/gripperValidation.js';

const EPISODE: PlainMap = { episode: 3, steps: [0, 8], recorded: [0, 1], predicted: [0.1, null] };
const FILE: PlainMap = {
  version: 1,
  epoch: 4,
  globalStep: 99,
  thresholds: { low: 0.3, high: 0.7 },
  episodes: [EPISODE],
};

test('the file, a prediction that JSON wrote as null being NaN', () => {
  expect(parseGripperValidation(FILE)).toEqual({
    ...FILE,
    episodes: [{ ...EPISODE, predicted: [0.1, Number.NaN] }],
  });
});

test.each<[string, PlainMap]>([
  ['whose lists differ in length', { ...EPISODE, recorded: [0] }],
  ['that lacks a list', { episode: 1, steps: [], recorded: [] }],
  ['without a number', { ...EPISODE, episode: 'x' }],
])('an episode %s is left out, the others stay', (_, odd) => {
  const parsed = parseGripperValidation({ ...FILE, episodes: [odd, EPISODE, 5] })!;
  expect(parsed.episodes.map(({ episode }) => episode)).toEqual([3]);
});

test('counters that are missing are 0', () => {
  const { epoch: _, globalStep: __, ...rest } = FILE;
  expect(parseGripperValidation(rest)).toMatchObject({ epoch: 0, globalStep: 0 });
});

test.each<Plain>([null, 'x', {}, { ...FILE, thresholds: { low: 1 } }, { ...FILE, episodes: {} }])(
  '%j is something else',
  (value) => {
    expect(parseGripperValidation(value)).toBeUndefined();
  },
);
