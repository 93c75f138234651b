/** Why a plan cannot be carried out. */
import { RegripError } from '../base/errors.js';
import type { DataSetContentCode } from '../formats/dataSet.js';

type AdaptCode = DataSetContentCode | 'widen-size';

export class AdaptError extends RegripError<AdaptCode> {}
