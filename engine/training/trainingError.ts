/** Why a training cannot begin or go on as it is asked for. */
import { RegripError } from '../base/errors.js';
import type { LockCode } from '../base/outputLock.js';
import type { DataSetContentCode } from '../formats/dataSet.js';

type TrainingCode =
  | DataSetContentCode
  | LockCode
  | 'checkpoint-link'
  | 'checkpoint-mismatch'
  | 'checkpoint-monitor'
  | 'checkpoint-name'
  | 'data-set-derived'
  | 'lr-scheduler'
  | 'no-window'
  | 'no-windows'
  | 'noise'
  | 'normalizer'
  | 'optimizer-state'
  | 'run-exists'
  | 'sampling-steps'
  | 'scheduler'
  | 'state-dict'
  | 'stopped-early';

export class TrainingError extends RegripError<TrainingCode> {}
