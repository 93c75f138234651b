/** Follows what train.py writes: its log becomes events, its checkpoints are reported once complete, its start is checked. */
import { residentBytes } from '../../../base/memory.js';
import { LogTail } from '../../../formats/run/logTail.js';
import type { TopKOptions } from '../../../training/topK.js';
import type { TrainEvent, TrainResult } from '../../../wire/workerMessages.js';
import { bestByName } from './best.js';
import { PythonCheckpoints } from './checkpoints.js';
import { type EpochPlan, PythonEvents } from './events.js';
import type { ScratchGuard } from './guard.js';

interface Watched {
  readonly plan: EpochPlan;
  /** Absolute. */
  readonly log: string;
  /** Bytes of the log that an earlier start wrote. */
  readonly logBytes: number;
  readonly checkpoints: string;
  readonly topK: TopKOptions;
  /** Undefined where nothing is inherited. */
  readonly guard: ScratchGuard | undefined;
  readonly emit: (event: TrainEvent) => void;
}

/** Adding up all processes requires a look at each. */
const MEMORY_EVERY_MS = 5000;

export class PythonWatch {
  readonly events: PythonEvents;
  private readonly checkpoints: PythonCheckpoints;
  private readonly tail: LogTail;
  private memory = { bytes: 0, at: 0 };

  private constructor(private readonly watched: Watched) {
    const { plan, log, logBytes, checkpoints, emit } = watched;
    this.checkpoints = new PythonCheckpoints(checkpoints);
    this.events = new PythonEvents(plan, emit, () => this.memory.bytes);
    this.tail = new LogTail(log, (rows) => this.events.rows(rows), logBytes);
  }

  /** What already exists is not reported. */
  static async begin(watched: Watched): Promise<PythonWatch> {
    const watch = new PythonWatch(watched);
    await watch.checkpoints.begin();
    return watch;
  }

  /** Whether a checkpoint is being written. */
  get isWriting(): boolean {
    return this.checkpoints.isWriting;
  }

  get best(): TrainResult['best'] {
    return bestByName(this.checkpoints.names(), this.watched.topK);
  }

  /** `pid`: of train.py while it lives. Returns whether a checkpoint was completed. */
  async look(pid: number | undefined): Promise<boolean> {
    // Judged by the rows of the previous look: what was printed before them has been received by now.
    const losses = [...this.events.firstLosses];
    if (pid !== undefined && Date.now() - this.memory.at > MEMORY_EVERY_MS)
      this.memory = { bytes: await residentBytes(pid), at: Date.now() };
    await this.tail.read(false);
    this.events.look();
    this.judge(losses);
    const saved = await this.checkpoints.look();
    for (const path of saved) this.watched.emit({ event: 'checkpoint', path });
    return saved.length > 0;
  }

  /** After train.py has ended. `byItself`: its last row therefore ended an epoch. Returns what `look` does. */
  async end(byItself: boolean): Promise<boolean> {
    const saved = await this.look(undefined);
    const savedLast = await this.look(undefined); // a checkpoint counts as complete once two looks found it unchanged
    if (byItself) this.events.finish();
    this.judge(this.events.firstLosses);
    return saved || savedLast;
  }

  private judge(losses: readonly number[]): void {
    const { guard, emit } = this.watched;
    for (const message of guard?.judge(losses) ?? []) emit({ event: 'note', message });
  }
}
