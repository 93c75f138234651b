/** Statistics of a LeRobot data set: from one file, or joined from one line an episode. */
import { mkdir, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDataSetStatistics } from '../../../engine/formats/lerobot/dataSetStatistics.js';
import { ownFolder } from '../../ownFolder.js';
import { saveDataSet } from './dataSet.js';

const folder = ownFolder();

async function episodes(lines: readonly string[]) {
  await mkdir(folder.path('meta'), { recursive: true });
  await writeFile(folder.path('meta', 'episodes_stats.jsonl'), lines.join('\n'));
  return readDataSetStatistics(folder.path());
}

test('stats.json is flat, a picture by its channels', async () => {
  const path = await saveDataSet(folder.path('d'));
  const statistics = (await readDataSetStatistics(path))!;
  expect(statistics.get('observation.images.front')!.get('mean')).toEqual([0.5, 0.5, 0.5]);
  expect(statistics.get('action')!.get('max')).toEqual([2, 2.125, 2.25, 2.375, 2.5, 2.625, 2.75, 2.875]);
});

test('a data set without statistics has none', async () => {
  expect(
    await readDataSetStatistics(await saveDataSet(folder.path('d'), { statistics: null })),
  ).toBeUndefined();
});

/** Of one dimension, as LeRobot computes them for an episode. */
function ofValues(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return {
    min: [Math.min(...values)],
    max: [Math.max(...values)],
    mean: [mean],
    std: [Math.sqrt(variance)],
    count: [values.length],
  };
}

test('the statistics of episodes together are those of all their values', async () => {
  const value = fc.double({ min: -1000, max: 1000, noNaN: true });
  const all = fc.array(fc.array(value, { minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(all, fc.constantFrom(0, 1e6), async (parts, offset) => {
      const moved = parts.map((part) => part.map((each) => each + offset));
      const joined = await episodes(
        moved.map((part) => JSON.stringify({ stats: { action: ofValues(part) } })),
      );
      const whole = ofValues(moved.flat());
      const found = joined!.get('action')!;
      expect([found.get('min'), found.get('max'), found.get('count')]).toEqual([
        whole.min,
        whole.max,
        whole.count,
      ]);
      expect(found.get('mean')![0]).toBeCloseTo(whole.mean[0]!, 6);
      expect(found.get('std')![0]).toBeCloseTo(whole.std[0]!, 6);
    }),
    { numRuns: 60 },
  );
});

test('quantiles are averaged by the length of their episodes', async () => {
  const line = (q01: number, count: number) =>
    JSON.stringify({ stats: { action: { ...ofValues([0]), q01: [q01], count: [count] } } });
  expect((await episodes([line(1, 3), line(5, 1), '']))!.get('action')!.get('q01')).toEqual([2]);
});

test.each([
  [['{"stats": {"action": {"min": [0], "max": [1], "mean": [0], "std": [1]}}}'], 'action.count is missing'],
  [
    [
      JSON.stringify({ stats: { action: ofValues([1]) } }),
      JSON.stringify({ stats: { action: { ...ofValues([1]), mean: [1, 2] } } }),
    ],
    'episodes_stats.jsonl:2: action.mean is 2 values, expected 1',
  ],
  [['{"episode_index": 0}'], 'has no stats by feature'],
  [['{"stats": {"action": {"min": ["a"]}}}'], 'action.min is ["a"], expected numbers'],
  [['{'], 'lacks a key in quotes'],
  [[' '.repeat(2 ** 20 + 2)], 'has a line of more than 1048576 characters'],
])('an episode that is not whole is named: %.60s', async (lines, message) => {
  await expect(episodes(lines)).rejects.toThrow(message);
});
