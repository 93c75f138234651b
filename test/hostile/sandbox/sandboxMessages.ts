/** The lines that the sandboxed process prints: first the canary, then an answer for each shape. */

/** How each forbidden deed was refused; 'allowed' where it was not. */
export interface Canary {
  readonly process: string;
  readonly write: string;
  readonly read: string;
  readonly connect: string;
  readonly evaluate: string;
}

export interface Answer {
  /** Of the error; 'opaque' for none, 'untagged' for one without a code. */
  readonly code: string;
  readonly tagged: boolean;
  readonly message: string;
  readonly found: readonly string[];
  /** By the clock or of processor time, whichever is less. */
  readonly milliseconds: number;
  /** Bytes of resident memory above what was held before; never less than what the shape took. */
  readonly growth: number;
}
