/** The tagged error of zarr stores: which file or array, what was found, what was expected. */
import { DataSetError, type DataSetFault } from '../dataSet.js';

export type ZarrFault =
  | 'zarr-missing'
  | 'zarr-metadata'
  | 'zarr-codec'
  | 'zarr-chunk'
  | 'zarr-episode-ends'
  | 'zarr-unsupported'
  | 'zarr-outside'
  | 'zarr-range';

const FAULTS: Readonly<Record<ZarrFault, DataSetFault>> = {
  'zarr-missing': 'missing',
  'zarr-metadata': 'damaged',
  'zarr-codec': 'not-decoded',
  'zarr-chunk': 'damaged',
  'zarr-episode-ends': 'inconsistent',
  'zarr-unsupported': 'other-format',
  'zarr-outside': 'damaged',
  'zarr-range': 'range',
};

export class ZarrError extends DataSetError<ZarrFault> {
  constructor(code: ZarrFault, file: string, message: string, hint?: string, cause?: unknown) {
    super({ fault: FAULTS[code], code, file, message, ...(hint === undefined ? {} : { hint }), cause });
  }
}
