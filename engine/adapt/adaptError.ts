/** Why a plan cannot be carried out. */
import { RegripError } from '../base/errors.js';
import type { DataSetContentCode } from '../formats/dataSet.js';

type AdaptCode =
  | DataSetContentCode
  | 'widen-size'
  | 'adapt-features' // a data set or a config has other features than a LeRobot policy
  | 'adapt-statistics'; // statistics of a LeRobot policy's new dimensions are not known

export class AdaptError extends RegripError<AdaptCode> {}
