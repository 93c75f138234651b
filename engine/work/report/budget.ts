/** Keeps a page small: long lines are thinned until all charts together stay within a point budget. */
import type { Chart } from './chart.js';
import { thinned } from './curves.js';

/** The plot is about 500 units wide; more columns would not be visible. */
const MAX_COLUMNS = 480;

/** Short lines stay whole; `points` is for all charts together. */
export function withinBudget(charts: readonly Chart[], points: number): Chart[] {
  const lengths = charts.flatMap((chart) => chart.lines.map((line) => line.points.length));
  const columns = Math.min(MAX_COLUMNS, Math.max(2, Math.floor(longest(lengths, points) / 2) - 2));
  return charts.map((chart) => ({
    ...chart,
    lines: chart.lines.map((line) => ({ ...line, points: thinned(line.points, columns) })),
  }));
}

/** The length at which lines must be cut so that all together have at most `budget`. */
function longest(lengths: readonly number[], budget: number): number {
  let left = budget;
  const sorted = [...lengths].sort((a, b) => a - b);
  for (const [index, length] of sorted.entries()) {
    const share = left / (sorted.length - index);
    if (length > share) return share;
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}
