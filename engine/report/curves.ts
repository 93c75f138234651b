/** Curves for a page: the points of a run, smoothed and thinned without losing a peak. */

export interface Point {
  /** Global step, or the step of an episode. */
  readonly x: number;
  readonly y: number;
  readonly epoch: number | undefined;
}

/**
 * Exponential moving average over about `span` points (weight 2 / (span + 1) for the newest), with the start's bias taken out.
 * Values that are not finite are passed over.
 */
export function smoothed(points: readonly Point[], span: number): Point[] {
  const keep = 1 - 2 / (span + 1);
  let sum = 0;
  let weight = 0;
  return points.map((point) => {
    if (Number.isFinite(point.y)) {
      sum = sum * keep + point.y * (1 - keep);
      weight = weight * keep + (1 - keep);
    }
    return { ...point, y: weight === 0 ? Number.NaN : sum / weight };
  });
}

/** Of each of `columns` equal parts of the x range the lowest and the highest point, and the first and the last of all. */
export function thinned(points: readonly Point[], columns: number): Point[] {
  if (points.length <= 2 * columns) return [...points];
  const first = points[0]!.x;
  const width = (points.at(-1)!.x - first) / columns;
  const kept: Point[] = [points[0]!];
  let column: Point[] = [];
  let number = 0;
  for (const point of points) {
    const its = Math.floor((point.x - first) / width);
    if (its !== number) {
      kept.push(...extremes(column));
      column = [];
      number = its;
    }
    column.push(point);
  }
  kept.push(...extremes(column), points.at(-1)!);
  return kept.filter((point, index) => point !== kept[index - 1]);
}

/** In their order; a value that is not finite stands for its column. */
function extremes(points: readonly Point[]): Point[] {
  const broken = points.find((point) => !Number.isFinite(point.y));
  if (broken !== undefined || points.length <= 2) return broken === undefined ? [...points] : [broken];
  let low = points[0]!;
  let high = points[0]!;
  for (const point of points) {
    if (point.y < low.y) low = point;
    if (point.y > high.y) high = point;
  }
  if (low === high) return [low];
  return low.x < high.x ? [low, high] : [high, low];
}
