/** The tagged error of a conversion. */
import { RegripError } from '../../base/errors.js';

type ConvertFault =
  | 'output-exists'
  | 'unfinished'
  | 'resume-differs'
  | 'no-episode'
  | 'space'
  | 'chunk-lost' // the data set is not as it was written
  | 'worker';

export class ConvertError extends RegripError<ConvertFault> {
  constructor(code: ConvertFault, file: string, message: string, hint?: string, cause?: unknown) {
    super({ code, file, message, ...(hint === undefined ? {} : { hint }), cause });
    this.reason = message;
  }
  /** The message without the file. */
  readonly reason: string;
}
