/** One tensor's numbers as bars. */

import { expect, test } from 'vitest';
import type { HistogramView } from '../../../../client/editors/checkpointMessages.js';
import { histogramFigure } from '../../../../client/webview/checkpoint/histogram.js';
import { standIn, texts } from '../../harness/standIn.js';

const HISTOGRAM: HistogramView = {
  elements: 1111,
  min: -1,
  max: 3,
  mean: 0.5,
  std: 1,
  nan: 0,
  infinite: 0,
  zeros: 4,
  counts: [0, 1, 1000, 110],
};
const bars = (change: Partial<HistogramView> = {}) =>
  standIn(histogramFigure({ ...HISTOGRAM, ...change })).querySelectorAll('rect');

test('the fullest bin is as high as the figure; one that holds anything is seen, an empty one is not', () => {
  const heights = bars().map((bar) => Number(bar.getAttribute('height')));
  expect(heights).toEqual([0, 1, 84, expect.closeTo(9.24, 2)]);
  for (const bar of bars())
    expect(Number(bar.getAttribute('y')) + Number(bar.getAttribute('height'))).toBeCloseTo(84, 9);
});

test('a screen reader hears its range and its highest bin', () => {
  const label = standIn(histogramFigure(HISTOGRAM)).querySelector('svg')!.getAttribute('aria-label');
  expect(label).toMatch(/−1\b.*\b3\b.*\b1\.5\b/);
});

test('numbers that matter stand beside it', () => {
  expect(texts(histogramFigure(HISTOGRAM), 'dd')).toEqual(['0.5', '1', '−1', '3', '1\u2009111', '4']);
});

test('values that are not finite are said, and only then', () => {
  expect(texts(histogramFigure(HISTOGRAM), '.not-finite')).toEqual([]);
  expect(texts(histogramFigure({ ...HISTOGRAM, nan: 2, infinite: 1 }), '.not-finite')[0]).toMatch(
    /2\b.*\b1\b/,
  );
});

test('a constant, and nothing at all, have no bars', () => {
  expect(bars({ counts: [5] })).toEqual([]);
  const empty = { elements: 0, min: null, max: null, mean: null, std: null, zeros: 0, counts: [] };
  expect(texts(histogramFigure({ ...HISTOGRAM, ...empty }), 'dd')).toEqual(['–', '–', '–', '–', '0', '0']);
});
