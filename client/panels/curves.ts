/** The curves of one run, built from the rows of its log; values logged again replace the earlier ones. */

import { FIRST_STEPS } from '../../engine/formats/run/fromScratch.js';
import { type LogLine, saysMoreThanStep } from '../../engine/formats/run/trainLog.js';
import { Buckets } from './buckets.js';
import { Columns } from './columns.js';
import type { CurveUpdate } from './panelMessages.js';

/** Crafted logs may add a key per line; real ones have about twenty. */
const MAX_CURVES = 48;
/** The steps that show how a run started; the last of a short epoch is logged as the epoch's mean. */
const BEGINNING = 4 * FIRST_STEPS;
/** Of each step; the rest is logged at an epoch's end. */
const STEP_LOSS = 'step_loss';

interface Curve {
  readonly points: Columns;
  readonly buckets: Buckets;
  /** The first bucket that has not been sent yet. */
  untold: number;
}

/** The last row of the log. */
export interface LastRow {
  readonly step: number;
  readonly epoch: number | undefined;
}

export class RunCurves {
  readonly curves = new Map<string, Curve>();
  /** Lines without a step, and rows that were logged again. */
  unreadable = 0;
  redone = 0;
  /** Losses that are NaN or infinite: how many, and the step of the first. */
  notFinite = 0;
  firstNotFinite: number | undefined;
  last: LastRow | undefined;
  /** Losses of the run's first steps, from step 0 on. */
  private readonly beginning = new Map<number, number>();
  private lastRow: LogLine | undefined;

  /** A row of `logs.json.txt`. Returns whether it ends an epoch. */
  add(row: LogLine): boolean {
    const { global_step: step, epoch, train_loss: loss } = row;
    if (step === undefined || !Number.isFinite(step)) {
      this.unreadable++;
      return false;
    }
    if (this.last !== undefined && step <= this.last.step) this.rewind(step);
    else this.endEpochBefore(row);
    this.draw(step, row);
    if (loss !== undefined && !Number.isFinite(loss)) this.countNotFinite(step);
    this.last = { step, epoch };
    this.lastRow = row;
    return saysMoreThanStep(row);
  }

  /** A row that the log will bring too, drawn until then; the log's own rows take its place. */
  preview(row: LogLine): void {
    const step = row['global_step'];
    if (step !== undefined && step > (this.last?.step ?? -1)) this.draw(step, row);
  }

  /** A value that is not in the log, such as the speed; only after the last one of its kind. */
  point(key: string, step: number, value: number): void {
    const curve = this.curves.get(key) ?? this.newCurve(key);
    if (curve === undefined) return;
    const { points } = curve;
    if (points.length > 0 && points.xAt(points.length - 1) >= step) this.cut(curve, step);
    points.push(step, value);
  }

  /** In order of the steps; fewer than `FIRST_STEPS` while the log is young, or where it does not begin at step 0. */
  firstLosses(): number[] {
    const rising = [...this.beginning].sort(([a], [b]) => a - b);
    return rising.slice(0, FIRST_STEPS).map(([, loss]) => loss);
  }

  lastOf(key: string): number | undefined {
    const points = this.curves.get(key)?.points;
    return points === undefined || points.length === 0 ? undefined : points.yAt(points.length - 1);
  }

  /** The lowest or highest finite value; undefined without one. */
  bestOf(key: string, better: 'low' | 'high'): number | undefined {
    const points = this.curves.get(key)?.points;
    let best: number | undefined;
    for (let i = 0; i < (points?.length ?? 0); i++) {
      const value = points!.yAt(i);
      if (!Number.isFinite(value)) continue;
      if (best === undefined || (better === 'low' ? value < best : value > best)) best = value;
    }
    return best;
  }

  /** What has not been sent yet; with `all` everything. */
  updates(run: number, all: boolean): CurveUpdate[] {
    return [...this.curves].flatMap(([key, curve]) => {
      const from = all ? 0 : curve.untold;
      const changed = curve.buckets.extend();
      const first = all ? 0 : Math.min(from, changed);
      curve.untold = curve.buckets.length;
      if (!all && first === curve.buckets.length) return [];
      return [{ run, key, from: first, buckets: curve.buckets.slice(first) }];
    });
  }

  /** Only the steps from `low` to `high`, as finely as they are there. */
  zoomed(run: number, [low, high]: readonly [number, number]): CurveUpdate[] {
    return [...this.curves].map(([key, { points }]) => {
      // One more on each side, so that lines run to the edge.
      const from = Math.max(0, points.indexOf(low) - 1);
      const buckets = new Buckets(points, from, points.indexOf(high) + 1);
      buckets.extend();
      return { run, key, from: 0, buckets: buckets.slice(0) };
    });
  }

  /** The row before this one ended its epoch even if it says no more than a step: upstream logs some epochs so. */
  private endEpochBefore(row: LogLine): void {
    const before = this.lastRow;
    if (before?.['epoch'] === undefined || row['epoch'] === undefined || saysMoreThanStep(before)) return;
    if (row['epoch'] > before['epoch'] && before['train_loss'] !== undefined)
      this.point('train_loss', before['global_step']!, before['train_loss']);
  }

  private draw(step: number, row: LogLine): void {
    const [loss, endsEpoch] = [row['train_loss'], saysMoreThanStep(row)];
    if (loss !== undefined) this.point(endsEpoch ? 'train_loss' : STEP_LOSS, step, loss);
    if (loss !== undefined && !endsEpoch && step < BEGINNING) this.beginning.set(step, loss);
    // The log has the epoch's mean in place of its last step's loss, which an event reported.
    const steps = endsEpoch ? this.curves.get(STEP_LOSS) : undefined;
    if (steps !== undefined) this.cut(steps, step);
    for (const [key, value] of Object.entries(row)) if (!NOT_DRAWN.has(key)) this.point(key, step, value);
  }

  private countNotFinite(step: number): void {
    this.notFinite++;
    this.firstNotFinite ??= step;
  }

  private rewind(step: number): void {
    this.redone++;
    for (const curve of this.curves.values()) this.cut(curve, step);
    if (this.firstNotFinite !== undefined && this.firstNotFinite >= step) {
      this.firstNotFinite = undefined;
      this.notFinite = 0;
    }
  }

  private cut(curve: Curve, step: number): void {
    curve.untold = Math.min(curve.untold, curve.buckets.cut(curve.points.cutFrom(step)));
  }

  private newCurve(key: string): Curve | undefined {
    if (this.curves.size >= MAX_CURVES) return undefined;
    const points = new Columns();
    const curve: Curve = { points, buckets: new Buckets(points), untold: 0 };
    this.curves.set(key, curve);
    return curve;
  }
}

/** The axis, and the loss, which has two curves of its own. */
const NOT_DRAWN: ReadonlySet<string> = new Set(['global_step', 'epoch', 'train_loss']);
