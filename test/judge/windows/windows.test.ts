import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { roundHalfEven } from '../../../engine/base/rounding.js';
import {
  limitEpisodes,
  rowAt,
  validationMask,
  type Window,
  windowsOf,
} from '../../../engine/judge/windows/windows.js';

interface Numerics {
  readonly episode_ends: number[];
  readonly val_mask: boolean[];
  readonly n_train_windows: number;
  readonly n_val_windows: number;
  readonly train_indices_first: number[][];
  readonly train_indices_last: number[][];
  readonly val_indices: number[][];
  readonly val_masks_by_n: Record<string, number[]>;
}
const upstream = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/policy-8d.numerics.json', import.meta.url), 'utf8'),
) as Numerics;
const padding = { length: 16, padBefore: 1, padAfter: 7 };
const marked = (mask: readonly boolean[]): number[] => [...mask.keys()].filter((i) => mask[i]);

test("the windows of the reference data set are upstream's", () => {
  const train = windowsOf(
    upstream.episode_ends,
    upstream.val_mask.map((v) => !v),
    padding,
  ).map(asIndices);
  const val = windowsOf(upstream.episode_ends, upstream.val_mask, padding).map(asIndices);
  expect(train).toHaveLength(upstream.n_train_windows);
  expect(val).toHaveLength(upstream.n_val_windows);
  expect(train.slice(0, upstream.train_indices_first.length)).toEqual(upstream.train_indices_first);
  expect(train.slice(-upstream.train_indices_last.length)).toEqual(upstream.train_indices_last);
  expect(val.slice(0, upstream.val_indices.length)).toEqual(upstream.val_indices);
});

test('validation episodes are the ones that NumPy draws for upstream', () => {
  expect(validationMask(5, 0.1, 42)).toEqual(upstream.val_mask);
  for (const [episodes, expected] of Object.entries(upstream.val_masks_by_n))
    expect(marked(validationMask(Number(episodes), 0.1, 42)), `${episodes} episodes`).toEqual(expected);
});

test('the validation count rounds a tie to even, and leaves one episode to train on', () => {
  expect([2.5, 3.5, 0.5, 2.4, 2.6].map(roundHalfEven)).toEqual([2, 4, 0, 2, 3]);
  expect(marked(validationMask(25, 0.1, 42))).toHaveLength(2);
  expect(marked(validationMask(3, 0.99, 42))).toHaveLength(2);
  expect(marked(validationMask(3, 0, 42))).toEqual([]);
});

test('a window that reaches over an edge repeats the edge', () => {
  const [first] = windowsOf([5], [true], { length: 4, padBefore: 2, padAfter: 2 });
  expect([0, 1, 2, 3].map((i) => rowAt(first!, i))).toEqual([0, 0, 0, 1]);
  const last = windowsOf([5], [true], { length: 4, padBefore: 2, padAfter: 2 }).at(-1);
  expect([0, 1, 2, 3].map((i) => rowAt(last!, i))).toEqual([3, 4, 4, 4]);
});

test('max_train_episodes keeps so many', () => {
  expect(marked(limitEpisodes(new Array(20).fill(true), 4, 42))).toHaveLength(4);
  expect(limitEpisodes([true, false], undefined, 42)).toEqual([true, false]);
});

/** (buffer start, buffer end, sample start, sample end), upstream's own way of writing a window down. */
function asIndices(window: Window): readonly [number, number, number, number] {
  const start = Math.max(window.first, window.episodeStart);
  const end = Math.min(window.first + window.length, window.episodeEnd);
  return [start, end, start - window.first, end - window.first];
}
