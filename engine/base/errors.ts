/** The tagged errors of the whole engine: each carries facts, and its message says what was found and what to do. */
import { onOneLine } from './shown.js';

export interface ErrorFacts<Code extends string = string> {
  /** A stable, kebab-case name of the failure, for scripts and tests. */
  readonly code: Code;
  /**
   * What was found, where, and what was expected; ends without a full stop when `hint` follows. Where it has several lines, all but the
   * first are indented by four spaces; any other line end comes from a value and is shown as an escape.
   */
  readonly message: string;
  /** What the user can do about it. */
  readonly hint?: string;
  /** The file that the error is about. */
  readonly file?: string;
  /** The name that the message is about: a key, a group. */
  readonly subject?: string;
  readonly cause?: unknown;
}

/**
 * An error that is shown to the user as is, without a stack. Each layer and format declares the codes of its own as a union beside
 * its class: a `switch` over them is checked to its end.
 */
export class RegripError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly hint: string | undefined;
  readonly file: string | undefined;
  readonly subject: string | undefined;

  constructor(facts: ErrorFacts<Code>) {
    const place = facts.file === undefined ? '' : `${facts.file}: `;
    super(
      ownLines(`${place}${facts.message}`),
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.name = new.target.name;
    this.code = facts.code;
    this.hint = facts.hint === undefined ? undefined : ownLines(facts.hint);
    this.file = facts.file;
    this.subject = facts.subject;
  }
}

const LINE_OF_OURS = '\n    ';

/** A line end in a key or file name must not start a line that looks like one of our messages. */
function ownLines(text: string): string {
  return text.split(LINE_OF_OURS).map(onOneLine).join(LINE_OF_OURS);
}

/** An error as another process or thread reports it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  /** Undefined for errors that are meant for the user. */
  readonly stack: string | undefined;
}

/** Wrong use of the command line: exit code 2. */
export class UsageError extends RegripError<'usage'> {
  constructor(message: string, hint?: string) {
    super(hint === undefined ? { code: 'usage', message } : { code: 'usage', message, hint });
  }
}

/** Closes a switch over a discriminated union: compiles only when every case was handled. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** Throws the signal's reason once it is aborted; called after each await of a long job. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}
