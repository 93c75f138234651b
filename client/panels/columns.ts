/** Points of a curve in two growing columns, in rising order of x. */

export class Columns {
  length = 0;
  private x = new Float64Array(256);
  private y = new Float64Array(256);

  push(x: number, y: number): void {
    if (this.length === this.x.length) this.grow();
    this.x[this.length] = x;
    this.y[this.length] = y;
    this.length++;
  }

  xAt(index: number): number {
    return this.x[index]!;
  }

  yAt(index: number): number {
    return this.y[index]!;
  }

  /** Forgets the points from `x` on; returns how many are left. */
  cutFrom(x: number): number {
    this.length = this.indexOf(x);
    return this.length;
  }

  /** The first point at or after `x`. */
  indexOf(x: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.x[middle]! < x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private grow(): void {
    const [x, y] = [new Float64Array(this.length * 2), new Float64Array(this.length * 2)];
    x.set(this.x);
    y.set(this.y);
    this.x = x;
    this.y = y;
  }
}
