/** Detects a start that lost its inherited weights: train.py then silently trains from scratch. */
import { fixed } from '../../../base/numberText.js';
import { FIRST_STEPS, looksFromScratch } from '../../../formats/run/fromScratch.js';

/** What upstream prints before it loads `latest.ckpt`. */
const SAYS_RESUME = /Resuming from checkpoint/;

/** First losses of inherited policies are 0.04 to 0.28 (measured). */
const CLEARLY_INHERITED = 0.5;

interface GuardedStart {
  readonly checkpoint: string;
  /** The script's file name. */
  readonly script: string;
  /** Whether its weights are inherited and trained, so that first losses near 1 cannot be theirs. */
  readonly mustBeginLow: boolean;
}

export class ScratchGuard {
  private hasResumed = false;
  private isLoadJudged = false;
  private areLossesJudged = false;

  constructor(private readonly start: GuardedStart) {}

  /** A line that train.py printed. */
  line(text: string): void {
    if (SAYS_RESUME.test(text)) this.hasResumed = true;
  }

  /** New warnings. `losses` are those of the first logged steps. */
  judge(losses: readonly number[]): string[] {
    return [...this.judgeLoad(losses), ...this.judgeLosses(losses)];
  }

  private judgeLoad(losses: readonly number[]): string[] {
    if (this.isLoadJudged || losses.length === 0) return [];
    this.isLoadJudged = true;
    if (this.hasResumed) return [];
    const { script, checkpoint } = this.start;
    return [
      `WARNING: the weights were probably NOT loaded: ${script} started training without printing 'Resuming from checkpoint'. It was started with training.resume=True and ${checkpoint}; upstream's run() loads that file when cfg.training.resume is set. Stop it and check for that block in the workspace's run()`,
    ];
  }

  private judgeLosses(losses: readonly number[]): string[] {
    const { mustBeginLow, checkpoint } = this.start;
    if (this.areLossesJudged || !mustBeginLow || looksFromScratch(losses) === undefined) return [];
    this.areLossesJudged = true;
    const first = losses.slice(0, FIRST_STEPS);
    const shown = first.map((loss) => fixed(loss, 2));
    if (looksFromScratch(losses) === false) {
      if (this.hasResumed || Math.max(...first) > CLEARLY_INHERITED) return [];
      return [
        `its first losses are ${shown.join(', ')}, so the weights seem to have been loaded after all, with a different message`,
      ];
    }
    return [
      `WARNING: this run appears to have started from scratch: its first losses are ${shown.join(', ')}, but an inherited policy starts far below 1. Stop it and check how ${checkpoint} is loaded`,
    ];
  }
}
