/** Why a piece of work cannot be done. */
import { RegripError } from '../base/errors.js';

type WorkCode =
  | 'checkpoint-torn'
  | 'data-set-missing'
  | 'engine-in-use'
  | 'engine-unknown'
  | 'file-too-large'
  | 'log-not-a-file'
  | 'log-too-large'
  | 'needs-launcher'
  | 'no-config'
  | 'no-episodes'
  | 'no-run'
  | 'python-failed'
  | 'python-lacks'
  | 'python-missing'
  | 'torch-failed'
  | 'torch-memory'
  | 'torch-policy'
  | 'train-script'
  | 'weights'
  | 'worker-crashed';

export class WorkError extends RegripError<WorkCode> {}
