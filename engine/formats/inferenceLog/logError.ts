/** The tagged error of inference logs: why a file cannot be read as one, and at which byte. */
import { RegripError } from '../../base/errors.js';

type InferenceLogFault =
  | 'log-missing'
  /** The text is not valid JSON, or is truncated. */
  | 'log-json'
  /** JSON, but not an inference log. */
  | 'log-layout'
  /** Beyond what any robot writes. */
  | 'log-bound';

export class InferenceLogError extends RegripError<InferenceLogFault> {
  constructor(code: InferenceLogFault, file: string, message: string, hint?: string, cause?: unknown) {
    super({ code, file, message, ...(hint === undefined ? {} : { hint }), cause });
    this.reason = message;
  }
  /** The message without the file, for lists in which the log is named already. */
  readonly reason: string;
}

/** What a tokenizer or a builder met; the reader knows the file and turns it into a break or an error. */
export class JsonFault extends Error {
  constructor(
    readonly kind: 'truncated' | 'damaged' | 'bound',
    /** Of the first byte that does not fit. */
    readonly offset: number,
    message: string,
  ) {
    super(message);
    this.name = 'JsonFault';
  }
}
