/** A training's events from the rows that upstream's logger writes: one row per step, and one that ends the epoch with what was measured. */
import { type LogLine, saysMoreThanStep } from '../../../formats/run/trainLog.js';
import type { NotFiniteEvent } from '../../../training/notFinite.js';
import { Pace } from '../../../training/pace.js';
import type { TrainEvent } from '../../../wire/workerMessages.js';

export interface EpochPlan {
  /** As train.py numbers them. */
  readonly firstEpoch: number;
  /** The total; rows of later epochs do not belong to this run. */
  readonly epochs: number;
  /** Estimated from the data set's headers, where they are read; a complete epoch gives a better value. */
  readonly stepsPerEpoch?: number | undefined;
}

export class PythonEvents {
  /** Losses of the first steps, until there are enough to judge. */
  readonly firstLosses: number[] = [];
  /** Steps logged since this start. */
  steps = 0;
  /** Epochs of the whole run that have ended. */
  epochsDone: number;
  globalStep = 0;
  /** The first loss that is NaN or infinite. */
  notFinite: NotFiniteEvent | undefined;
  /** Whether the newest losses are also NaN or infinite. */
  isNotFinite = false;
  private readonly pace: Pace;
  private stepsPerEpoch: number;
  /** The row, and its step count within the epoch. */
  private last: { readonly row: LogLine; readonly epoch: number; readonly batch: number } | undefined;
  private hasEnded = false;
  /** A step that has not been reported by an event or ended by an epoch. */
  private isUntold = false;

  constructor(
    private readonly plan: EpochPlan,
    private readonly emit: (event: TrainEvent) => void,
    /** Bytes held by train.py and its child processes. */
    private readonly memory: () => number,
  ) {
    this.stepsPerEpoch = plan.stepsPerEpoch ?? 0;
    this.epochsDone = plan.firstEpoch;
    this.pace = new Pace(this.total(plan.stepsPerEpoch));
  }

  private total(stepsPerEpoch: number | undefined): number | undefined {
    const { epochs, firstEpoch } = this.plan;
    return stepsPerEpoch === undefined ? undefined : (epochs - firstEpoch) * stepsPerEpoch;
  }

  get isComplete(): boolean {
    return this.epochsDone >= this.plan.epochs;
  }

  rows(rows: readonly LogLine[]): void {
    for (const row of rows) this.take(row);
  }

  /** Called periodically: reports the last step, at most twice per second. */
  look(): void {
    if (this.isUntold && this.pace.due()) this.tellStep();
  }

  /** train.py ended by itself, so its last row ended an epoch, whatever it contains. */
  finish(): void {
    if (this.last !== undefined && !this.hasEnded) this.endEpoch();
  }

  private take(row: LogLine): void {
    const { epoch, global_step: step } = row;
    if (epoch === undefined || step === undefined) return;
    const before = this.last;
    // Upstream logs an epoch in which nothing was measured like a step; only the next epoch reveals it.
    if (before !== undefined && epoch !== before.epoch && !this.hasEnded) this.endEpoch();
    if (epoch >= this.plan.epochs) return;
    this.judge(row, epoch, step);
    const isSameEpoch = before?.epoch === epoch;
    // With max_train_steps the last step is logged twice: alone, then with the epoch's mean.
    const isAgain = isSameEpoch && step === before.row['global_step'];
    const batch = (isSameEpoch ? before.batch : 0) + (isAgain ? 0 : 1);
    this.last = { row, epoch, batch };
    this.hasEnded = false;
    this.isUntold ||= !isAgain;
    this.globalStep = step + 1;
    if (!isAgain) this.countStep();
    if (before === undefined) this.pace.begin(); // the first step's time includes Python's imports
    if (isAgain || saysMoreThanStep(row)) this.endEpoch();
    else if (this.firstLosses.length < MAX_FIRST_LOSSES)
      this.firstLosses.push(row['train_loss'] ?? Number.NaN);
  }

  private judge(row: LogLine, epoch: number, globalStep: number): void {
    const [found] = LOSSES.flatMap(([key, what]) => {
      const value = row[key];
      return value === undefined || Number.isFinite(value) ? [] : [{ what, value }];
    });
    this.isNotFinite = found !== undefined;
    if (found === undefined || this.notFinite !== undefined) return;
    const place = { epoch, globalStep, learningRate: row['lr'] };
    this.notFinite = { event: 'notFinite', ...found, ...place, parameters: [], count: 0 };
    this.emit(this.notFinite);
  }

  private countStep(): void {
    this.steps++;
    this.pace.step();
  }

  private tellStep(): void {
    const { row, epoch, batch } = this.last!;
    this.isUntold = false;
    this.emit({
      event: 'step',
      epoch,
      globalStep: this.globalStep,
      batch,
      batches: Math.max(this.stepsPerEpoch, batch),
      loss: row['train_loss'] ?? Number.NaN,
      ...this.pace.now(),
      memoryBytes: this.memory(),
    });
  }

  private endEpoch(): void {
    const { row, epoch, batch } = this.last!;
    this.hasEnded = true;
    if (this.plan.stepsPerEpoch === undefined && this.stepsPerEpoch === 0)
      this.pace.expect(this.total(batch));
    this.stepsPerEpoch = batch;
    this.epochsDone = epoch + 1;
    this.look(); // so that even a short epoch shows a step
    this.isUntold = false;
    this.emit({ event: 'epoch', epoch, epochs: this.plan.epochs, log: row, ...this.pace.now() });
  }
}

const LOSSES = [
  ['train_loss', 'loss'],
  ['val_loss', 'validation loss'],
] as const;

/** Far more than the judgement needs. */
const MAX_FIRST_LOSSES = 100;
