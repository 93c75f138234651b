/** Why tensors cannot be computed here, or not from these weights and values. */
import { RegripError } from '../base/errors.js';
import type { DataSetContentCode } from '../formats/dataSet.js';

type TensorCode =
  | DataSetContentCode
  | 'backend-missing'
  | 'device-missing'
  | 'engine-broken'
  | 'no-window'
  | 'noise'
  | 'normalizer'
  | 'observation'
  | 'optimizer-state'
  | 'policy-not-computed'
  | 'sampling-steps'
  | 'scheduler'
  | 'state-dict'
  | 'stopped-early';

export class TensorError extends RegripError<TensorCode> {}
