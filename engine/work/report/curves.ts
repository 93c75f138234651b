/** Curves for a page: the points of a run, smoothed and thinned without losing peaks. */
import { smoothedValues } from '../../formats/run/smoothing.js';

export interface Point {
  /** Global step, or the step of an episode. */
  readonly x: number;
  readonly y: number;
  readonly epoch: number | undefined;
}

/** The moving average of the points over about `span` of them. */
export function smoothed(points: readonly Point[], span: number): Point[] {
  const line = smoothedValues(
    points.map(({ y }) => y),
    span,
  );
  return points.map((point, i) => ({ ...point, y: line[i]! }));
}

/** The lowest and the highest point of each of `columns` equal parts of the x range, plus the first and last of all. */
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

/** In order; a non-finite value represents its column. */
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
