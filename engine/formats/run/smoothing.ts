/** The strong line through a restless curve. */

/** Over a fiftieth of the points: long enough for the trend, short enough for a run's turns. */
export function smoothingSpan(points: number): number {
  return Math.max(5, Math.round(points / 50));
}

/**
 * Exponential moving average over about `span` values (weight 2 / (span + 1) for the newest), with the start's bias taken out. Values that
 * are not finite are passed over.
 */
export function smoothedValues(values: ArrayLike<number>, span: number): Float64Array {
  const keep = 1 - 2 / (span + 1);
  const line = new Float64Array(values.length);
  let [sum, weight] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isFinite(value)) {
      sum = sum * keep + value * (1 - keep);
      weight = weight * keep + (1 - keep);
    }
    line[i] = weight === 0 ? Number.NaN : sum / weight;
  }
  return line;
}
