/** Watches for a process that trains in a run folder without a job of this engine: one whose starter was killed, or one started in a terminal. Without `vscode`. */
import { type LivingRun, livingRun } from '../../engine/formats/run/livingRun.js';
import type { RunModel } from '../panels/runModel.js';

/** Milliseconds between looks. */
const EVERY = 1500;

export class RunHolder {
  private timer: NodeJS.Timeout | undefined;
  private isDisposed = false;
  /** Undefined where nothing trains, or where a job of the engine does. */
  found: LivingRun | undefined;

  constructor(
    private readonly runDir: string,
    private readonly model: RunModel,
    /** Whether a job of the engine trains there: that one is controlled by the engine. */
    private readonly hasJob: () => boolean,
  ) {}

  async look(): Promise<void> {
    this.found = this.hasJob() ? undefined : await livingRun(this.runDir);
    if (this.isDisposed) return;
    this.model.heldBy(this.found);
    this.timer = setTimeout(() => void this.look(), EVERY);
    this.timer.unref();
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
  }
}
