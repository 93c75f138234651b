import { expect, test } from 'vitest';
import type { BenchResult } from '../../../scripts/bench/result.js';
import { replaceResults, resultTable } from '../../../scripts/bench/table.js';

const FAST: BenchResult = {
  work: 'convert 250 frames',
  oursSeconds: 2,
  peerSeconds: 4.4,
  peer: 'OpenCV',
  targetRatio: 0.5,
  detail: '125 frames/s',
};

test('a row gives both times, the ratio and whether the target is met', () => {
  const slow = { ...FAST, work: 'inspect', oursSeconds: 0.5, peerSeconds: 0.4, targetRatio: 1 };
  expect(resultTable([FAST, slow]).split('\n')).toEqual([
    '| work               | ours   | peer            | ratio | target        | notes        |',
    '| ------------------ | ------ | --------------- | ----- | ------------- | ------------ |',
    '| convert 250 frames | 2.00 s | 4.40 s (OpenCV) | 0.45  | ≤ 0.50 met    | 125 frames/s |',
    '| inspect            | 500 ms | 400 ms (OpenCV) | 1.25  | ≤ 1.00 missed | 125 frames/s |',
  ]);
});

test('a missing peer is not a ratio', () => {
  const alone = { ...FAST, peerSeconds: undefined, peer: 'no python with OpenCV' };
  expect(resultTable([alone])).toContain('| – (no python with OpenCV) | –     | ≤ 0.50 |');
});

test('writing replaces the marked part alone', () => {
  const page =
    'before\n<!-- results: written by `npm run bench -- --write` -->\nold\n<!-- end of results -->\nafter\n';
  const once = replaceResults(page, 'a machine', '2026-01-02', '| t |');
  expect(once).toContain('before\n');
  expect(once).toContain('2026-01-02, on a machine.\n\n| t |\n\n<!-- end of results -->\nafter\n');
  expect(once).not.toContain('old');
  expect(replaceResults(once, 'a machine', '2026-01-02', '| t |')).toBe(once);
  expect(() => replaceResults('no marks', 'm', 'd', 't')).toThrow('docs/benchmarks.md');
});
