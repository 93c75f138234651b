/** The tagged error of zarr stores: which file or array, what was found, what was expected. */
import { RegripError } from '../../base/errors.js';

export type ZarrFault =
  | 'zarr-missing'
  | 'zarr-metadata'
  | 'zarr-codec'
  | 'zarr-chunk'
  | 'zarr-episode-ends'
  | 'zarr-unsupported'
  | 'zarr-outside'
  | 'zarr-range';

export class ZarrError extends RegripError {
  constructor(code: ZarrFault, file: string, message: string, hint?: string, cause?: unknown) {
    super({ code, file, message, ...(hint === undefined ? {} : { hint }), cause });
  }
}
