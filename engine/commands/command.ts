/** What every command shares: where it writes, and how it ends. */
import type { Command } from 'commander';

/** The terminal as a command sees it; the entry file hands in the real one. */
export interface Io {
  /** One JSON document (with `--json`) or the human text. Nothing else goes to stdout. */
  readonly out: (text: string) => void;
  /** Progress and messages. */
  readonly err: (text: string) => void;
  /** Whether stderr is a terminal on which a progress line may be rewritten. */
  readonly interactive: boolean;
  /** Aborted on the first Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Exit code 1: a finding or a failed job that was already told. */
  readonly fail: () => void;
}

/** Adds one command to the program. */
export type Register = (program: Command, io: Io) => void;

/** Prints `json` as one document, or `human` for a person. */
export function report(io: Io, asJson: boolean, json: unknown, human: () => string): void {
  io.out(asJson ? `${JSON.stringify(json, bigintAsNumber)}\n` : `${human()}\n`);
}

function bigintAsNumber(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** A progress line, rewritten in place on a terminal and printed at most every two seconds elsewhere. */
export class ProgressLine {
  private last = 0;
  constructor(private readonly io: Io) {}

  show(text: string): void {
    const now = Date.now();
    if (now - this.last < (this.io.interactive ? 100 : 2000)) return;
    this.last = now;
    this.io.err(this.io.interactive ? `\r\x1b[K${text}` : `${text}\n`);
  }

  done(): void {
    if (this.io.interactive && this.last > 0) this.io.err('\r\x1b[K');
  }
}
