/** Why tensors cannot be computed here, or not from these weights and values. */
import { RegripError } from '../base/errors.js';

type TensorCode =
  | 'backend-missing'
  | 'device-missing'
  | 'engine-broken'
  | 'observation'
  | 'policy-not-computed';

export class TensorError extends RegripError<TensorCode> {}
