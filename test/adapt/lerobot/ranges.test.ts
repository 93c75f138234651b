/** Statistics that are kept against those of the new data set, by the mode that reads them; and written bits over random maps. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { constantWarnings, rangeWarnings } from '../../../engine/adapt/lerobot/ranges.js';
import {
  planStatistics,
  type StatisticsInput,
  statisticSource,
} from '../../../engine/adapt/lerobot/statistics.js';
import type { CheckpointFile, TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import { policyFeatures } from '../../../engine/formats/lerobot/features.js';
import { diffusionConfig } from '../../formats/lerobot/policy.js';

const features = (action: number, mode: string) =>
  policyFeatures(
    diffusionConfig({}, action, { normalization_mapping: { ACTION: mode } }) as never,
    'config.json',
  );

/** Tensors of one file, by their keys. */
function memory(values: Readonly<Record<string, readonly number[]>>) {
  const tensors = Object.entries(values).map(
    ([key, { length }]): TensorInfo => ({
      key,
      shape: [length],
      dtype: 'float32',
      stride: [1],
      storageOffset: 0,
      storage: key,
    }),
  );
  const read = async ({ storage }: TensorInfo) => new Uint8Array(Float32Array.from(values[storage]!).buffer);
  return { tensors, file: { read } as unknown as CheckpointFile };
}

function input(
  mode: string,
  from: readonly (number | null)[],
  data: Readonly<Record<string, readonly number[]>>,
) {
  const old = from.reduce((most: number, source) => Math.max(most, (source ?? -1) + 1), 1);
  return {
    old: features(old, mode),
    now: features(from.length, mode),
    continued: new Map([['action', { before: 'action', from }]]),
    data: new Map([['action', new Map(Object.entries(data))]]),
    useImageNet: true,
  } satisfies StatisticsInput;
}

test.each([
  ['MIN_MAX', 'min', 'max'],
  ['MEAN_STD', 'mean', 'std'],
  ['QUANTILES', 'q01', 'q99'],
  ['QUANTILE10', 'q10', 'q90'],
])('%s compares %s and %s of the dimensions that go on', async (mode, low, high) => {
  const { file, tensors } = memory({ [`action.${low}`]: [0.1, 1], [`action.${high}`]: [2, 3] });
  const same = input(mode, [null, 0, 1], { [low]: [9, 0.1, 1], [high]: [9, 2, 3] });
  expect(await rangeWarnings(file, tensors, same)).toEqual([]);
  const other = input(mode, [null, 0, 1], { [low]: [9, 0.1, 1.5], [high]: [9, 2, 3] });
  expect(await rangeWarnings(file, tensors, other)).toEqual([
    `action: ${low} and ${high} differ in the new data set in 1 of 2 kept dimensions; dimension 2 has 1.5000, 3.0000 and had 1.0000, 3.0000`,
    expect.stringContaining('lerobot-train --policy.path takes the statistics of its data set'),
  ]);
});

test('what is not normalized, or has no statistics on one side, is not compared', async () => {
  const { file, tensors } = memory({ 'action.min': [0], 'action.max': [1] });
  expect(await rangeWarnings(file, tensors, input('IDENTITY', [0], { min: [5], max: [6] }))).toEqual([]);
  expect(await rangeWarnings(file, tensors, input('MIN_MAX', [0], {}))).toEqual([]);
  expect(await rangeWarnings(file, [], input('MIN_MAX', [0], { min: [5], max: [6] }))).toEqual([]);
});

test('a new dimension that never changes is told, one that goes on is not', () => {
  const names = ['x', 'gripper'];
  const constant = input('MIN_MAX', [0, null], { min: [1, 2], max: [1, 2] });
  expect(constantWarnings(constant, names)).toEqual([
    expect.stringMatching(/^action\[1\] \(gripper\) never changes/),
  ]);
  const still = input('MEAN_STD', [0, null], { mean: [1, 2], std: [1, 0] });
  expect(constantWarnings(still, undefined)).toEqual([expect.stringMatching(/^action\[1\] never changes/)]);
  expect(constantWarnings(input('MEAN_STD', [0, null], { mean: [1, 1], std: [1, 1] }), names)).toEqual([]);
});

test('whatever goes where, each kept dimension has its old bits and each new one the data set’s', async () => {
  const value = fc.float({ noNaN: true, noDefaultInfinity: true });
  const shapes = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
    .chain(([old, now]) =>
      fc.record({
        old: fc.array(value, { minLength: old, maxLength: old }),
        data: fc.array(value, { minLength: now, maxLength: now }),
        from: fc.array(fc.option(fc.integer({ min: 0, max: old - 1 })), { minLength: now, maxLength: now }),
      }),
    );
  await fc.assert(
    fc.asyncProperty(shapes, async ({ old, data, from }) => {
      const { file, tensors } = memory({ 'action.min': old });
      const planned = planStatistics(tensors, {
        ...input('MIN_MAX', from, { min: data }),
        old: features(old.length, 'MIN_MAX'),
      });
      const bytes = await statisticSource(planned.entries[0]!, file).read();
      const written = new Float32Array(bytes.slice().buffer);
      expect([...written]).toEqual(
        from.map((source, index) => (source === null ? data[index] : old[source])),
      );
    }),
    { numRuns: 100 },
  );
});
