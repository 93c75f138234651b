/** Curves drawn with characters, for a terminal of any kind. */

export interface Curve {
  readonly name: string;
  /** One character. */
  readonly mark: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

interface PlotOptions {
  readonly title: string;
  /** Characters of the area inside the axes. */
  readonly width: number;
  readonly height: number;
  /** Lowest and highest value of the vertical axis; by default what the points span, from zero. */
  readonly range?: readonly [number, number];
  /** A horizontal line for comparison. */
  readonly level?: { readonly name: string; readonly y: number };
  readonly xName: string;
  readonly format: (y: number) => string;
}

/** The title, the area with its axes, and a legend. Where two curves meet, `*` stands. */
export function plotText(curves: readonly Curve[], options: PlotOptions): string {
  const points = curves.flatMap((curve) => curve.points);
  if (points.length === 0) return `${options.title}\n  (no points)`;
  const [low, high] = options.range ?? spanOf([...points.map((point) => point.y), options.level?.y ?? 0]);
  const lastX = Math.max(...points.map((point) => point.x), 1);
  const grid = Array.from({ length: options.height }, () => new Array<string>(options.width).fill(' '));
  const rowOf = (y: number): number => {
    const part = high === low ? 0 : (Math.min(Math.max(y, low), high) - low) / (high - low);
    return Math.round((1 - part) * (options.height - 1));
  };
  if (options.level !== undefined) grid[rowOf(options.level.y)]!.fill('┄');
  const occupied = new Map<number, string>();
  for (const curve of curves) drawCurve(curve, { grid, rowOf, lastX, width: options.width, occupied });
  const labels = axisLabels(options.height, low, high, options.format);
  return [
    `  ${options.title}`,
    ...grid.map((row, i) => `  ${labels[i]!}${row.join('')}`.trimEnd()),
    xAxis(lastX, labels[0]!.length + 2, options),
    ...legend(curves, options),
  ].join('\n');
}

interface Area {
  readonly grid: string[][];
  readonly rowOf: (y: number) => number;
  readonly lastX: number;
  readonly width: number;
  /** The mark in each cell that a curve took. */
  readonly occupied: Map<number, string>;
}

/** Straight lines between the points, one mark a column. */
function drawCurve(curve: Curve, { grid, rowOf, lastX, width, occupied }: Area): void {
  const columnOf = (x: number): number => Math.round((x / lastX) * (width - 1));
  const put = (column: number, y: number): void => {
    const row = rowOf(y);
    const cell = row * width + column;
    const there = occupied.get(cell);
    const mark = there === undefined || there === curve.mark ? curve.mark : '*';
    occupied.set(cell, mark);
    grid[row]![column] = mark;
  };
  for (const [i, point] of curve.points.entries()) {
    const from = curve.points[i - 1] ?? point;
    const [first, last] = [columnOf(from.x), columnOf(point.x)];
    for (let column = i === 0 ? first : first + 1; column <= last; column++) {
      const t = last === first ? 1 : (column - first) / (last - first);
      put(column, from.y + (point.y - from.y) * t);
    }
  }
}

/** One a row, equally wide: the value at the top, the middle and the bottom, and the axis. */
function axisLabels(rows: number, low: number, high: number, format: (y: number) => string): string[] {
  const last = rows - 1;
  const values = Array.from({ length: rows }, (_, row) =>
    row === last
      ? format(low)
      : row === 0 || row === Math.round(last / 2)
        ? format(high - ((high - low) * row) / last)
        : '',
  );
  const width = Math.max(...values.map((value) => value.length));
  return values.map((value) => `${value.padStart(width)} ${value === '' ? '│' : '┤'}`);
}

/** Where the area ends on the left, and the steps at both ends. */
function xAxis(lastX: number, margin: number, { width, xName }: PlotOptions): string {
  return `${' '.repeat(margin)}0${`${lastX} ${xName}`.padStart(width - 1)}`;
}

function legend(curves: readonly Curve[], options: PlotOptions): string[] {
  const names = curves.map((curve) => `${curve.mark} ${curve.name}`);
  if (options.level !== undefined) names.push(`┄ ${options.level.name} ${options.format(options.level.y)}`);
  return [`    ${names.join('   ')}`];
}

function spanOf(values: readonly number[]): [number, number] {
  return [Math.min(0, ...values), Math.max(...values)];
}
