/** What every command shares: where it writes, and how it ends. */
import type { Command } from 'commander';
import { jsonText } from '../base/jsonText.js';
import { onOneLine } from '../base/shown.js';
import { REWRITE, type TerminalText } from '../base/terminal.js';
import type { JobProgress } from '../wire/jobs.js';
import type { TrainEvent, TrainRequest } from '../wire/workerMessages.js';

/** The terminal as the entry file hands it in: it takes what `terminalText` has passed. */
export interface Terminal extends Omit<Io, 'out' | 'err' | 'fail'> {
  readonly out: (text: TerminalText) => void;
  readonly err: (text: TerminalText) => void;
}

/** The terminal as a command sees it. */
export interface Io {
  /** One JSON document (with `--json`) or the human text. Nothing else goes to stdout. */
  readonly out: (text: string) => void;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  /** Whether stderr is a terminal on which a progress line may be rewritten. */
  readonly interactive: boolean;
  /** Whether stdout shows colours. */
  readonly colours?: boolean;
  /** Aborted on the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The words that start this command line, in whatever environment; absent where it is not started by itself. */
  readonly calledAs?: readonly string[];
  /** Exit code 1: a finding or a failed job that was already reported. */
  readonly fail: () => void;
  /** The listener of a command that runs as a job; absent in a terminal. */
  readonly job?: JobHooks;
}

/** What a command reports as values where a terminal gets text. */
export interface JobHooks {
  readonly progress: (progress: JobProgress) => void;
  readonly train: (event: TrainEvent) => void;
  /** Where its tensors are computed, for a person. */
  readonly device: (device: string) => void;
  /** A fine-tune's run folder, as soon as it exists. */
  readonly runDir: (path: string) => void;
  /** The document that `--json` prints. */
  readonly result: (document: unknown) => void;
  /** Receives the handle that passes requests on to the training. */
  readonly onTrainerStarted: (ask: (request: TrainRequest) => void) => void;
}

/** Adds one command to the program. */
export type Register = (program: Command, io: Io) => void;

/** Prints `json` as one document, or `human` for a person. */
export function report(io: Io, asJson: boolean, json: unknown, human: () => string): void {
  io.job?.result(json);
  io.out(asJson ? `${jsonText(json)}\n` : `${human()}\n`);
}

/** One line on stderr, whatever `text` holds. */
export function note(io: Pick<Io, 'err'>, text: string): void {
  io.err(`${onOneLine(text)}\n`);
}

/** A progress line, rewritten in place on a terminal and printed at most every two seconds elsewhere. */
export class ProgressLine {
  private last = 0;
  constructor(private readonly io: Io) {}

  /** A job reports `progress` instead, where there are numbers. */
  show(text: string, progress?: JobProgress): void {
    const now = Date.now();
    const asJob = this.io.job !== undefined && progress !== undefined;
    const isWhole = asJob && progress.done === progress.total;
    const every = asJob ? 250 : this.io.interactive ? 100 : 2000; // ms
    if (now - this.last < every && !isWhole) return;
    this.last = now;
    if (asJob) this.io.job?.progress(progress);
    else this.io.err(this.io.interactive ? `${REWRITE}${onOneLine(text)}` : `${text}\n`);
  }

  done(): void {
    if (this.io.interactive && this.last > 0) this.io.err(REWRITE);
  }
}
