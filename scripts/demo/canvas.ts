/** Filled convex shapes on an RGB raster, painted back to front. */
export type Color = readonly [number, number, number];
/** Pixels, x to the right and y down. */
export type Point = readonly [number, number];

export class Canvas {
  /** (height, width, 3). */
  readonly pixels: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
    background?: Canvas,
  ) {
    this.pixels = background === undefined ? new Uint8Array(width * height * 3) : background.pixels.slice();
  }

  /** A convex polygon, scan line by scan line through the pixels' centres. */
  polygon(points: readonly Point[], color: Color): void {
    const ys = points.map((point) => point[1]);
    const top = Math.max(0, Math.ceil(Math.min(...ys) - 0.5));
    const bottom = Math.min(this.height - 1, Math.floor(Math.max(...ys) - 0.5));
    for (let y = top; y <= bottom; y++) {
      const [left, right] = spanAt(points, y + 0.5);
      this.row(y, left, right, color);
    }
  }

  ellipse([cx, cy]: Point, rx: number, ry: number, color: Color): void {
    const top = Math.max(0, Math.ceil(cy - ry - 0.5));
    const bottom = Math.min(this.height - 1, Math.floor(cy + ry - 0.5));
    for (let y = top; y <= bottom; y++) {
      const half = rx * Math.sqrt(Math.max(0, 1 - ((y + 0.5 - cy) / ry) ** 2));
      this.row(y, cx - half, cx + half, color);
    }
  }

  /** A straight bar of the given thickness. */
  bar(a: Point, b: Point, thickness: number, color: Color): void {
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const size = Math.hypot(dx, dy) || 1;
    const [nx, ny] = [(-dy / size) * (thickness / 2), (dx / size) * (thickness / 2)];
    this.polygon(
      [
        [a[0] + nx, a[1] + ny],
        [b[0] + nx, b[1] + ny],
        [b[0] - nx, b[1] - ny],
        [a[0] - nx, a[1] - ny],
      ],
      color,
    );
  }

  private row(y: number, left: number, right: number, color: Color): void {
    const first = Math.max(0, Math.ceil(left - 0.5));
    const last = Math.min(this.width - 1, Math.floor(right - 0.5));
    for (let at = (y * this.width + first) * 3, x = first; x <= last; x++, at += 3) {
      this.pixels[at] = color[0];
      this.pixels[at + 1] = color[1];
      this.pixels[at + 2] = color[2];
    }
  }
}

/** Where a horizontal line enters and leaves a convex polygon; empty when it misses. */
function spanAt(points: readonly Point[], y: number): [number, number] {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (const [i, a] of points.entries()) {
    const b = points[(i + 1) % points.length]!;
    if (a[1] <= y === b[1] <= y) continue;
    const x = a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0]);
    left = Math.min(left, x);
    right = Math.max(right, x);
  }
  return [left, right];
}
