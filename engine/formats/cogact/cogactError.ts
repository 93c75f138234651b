/** The tagged error of recordings: why an episode cannot be used. */
import { RegripError } from '../../base/errors.js';

export type EpisodeFault =
  | 'episodes-missing'
  | 'episode-file'
  | 'episode-arrays'
  | 'episode-values'
  | 'episode-frames'
  | 'episode-exists';

export class EpisodeError extends RegripError {
  constructor(code: EpisodeFault, file: string, message: string, hint?: string, cause?: unknown) {
    super({ code, file, message, ...(hint === undefined ? {} : { hint }), cause });
    this.reason = message;
  }
  /** The message without the file, for lists in which the episode is named already. */
  readonly reason: string;
}
