/** Tells a start that lost its inherited weights on the way: train.py then trains from scratch without a word. */
import { fixed } from '../../../base/numberText.js';
import { FIRST_STEPS, looksFromScratch } from '../../../formats/run/fromScratch.js';

/** What upstream prints before it loads `latest.ckpt`. */
const SAYS_RESUME = /Resuming from checkpoint/;

/** Inherited policies begin at 0.04 to 0.28 (measured). */
const CLEARLY_INHERITED = 0.5;

interface GuardedStart {
  readonly checkpoint: string;
  /** The script's file name. */
  readonly script: string;
  /** Whether its weights are inherited and trained, so that first losses near 1 are none of theirs. */
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

  /** Warnings that are new. `losses`: of the first steps that were logged. */
  judge(losses: readonly number[]): string[] {
    return [...this.judgeLoad(losses), ...this.judgeLosses(losses)];
  }

  private judgeLoad(losses: readonly number[]): string[] {
    if (this.isLoadJudged || losses.length === 0) return [];
    this.isLoadJudged = true;
    if (this.hasResumed) return [];
    const { script, checkpoint } = this.start;
    return [
      `WARNING: the weights were probably NOT loaded: ${script} began to train without saying 'Resuming from checkpoint'. It was started with training.resume=True and ${checkpoint}; upstream's run() loads that file when cfg.training.resume is set. Stop it, and look for that block in the workspace's run()`,
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
        `its first losses are ${shown.join(', ')}, so the weights seem to be loaded after all, in a way that says something else`,
      ];
    }
    return [
      `WARNING: this run looks as if it began from scratch: first losses ${shown.join(', ')}; an inherited policy begins far below 1. Stop it, and look at how ${checkpoint} is loaded`,
    ];
  }
}
