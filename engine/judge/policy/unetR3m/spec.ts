/** What iDP3's image policy has beside what every policy has. */
import type { NormKind } from '../batchNorm.js';
import type { ConditionType } from '../conditionalUnet1d/conditionTypes.js';
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { TimmObservation } from '../timmEncoder/shape.js';

export const ID = 'unetR3m';

/** R3M's ResNet-18 for each camera, or one for all. */
export interface R3mEncoder {
  readonly norm: NormKind;
  /** Starts from R3M's weights, and lies in a wrapper for several devices. */
  readonly isPretrained: boolean;
  readonly isShared: boolean;
}

export interface UnetR3mSpec extends UnetSpec {
  readonly family: typeof ID;
  readonly observations: readonly TimmObservation[];
  readonly encoder: R3mEncoder;
  readonly conditionType: ConditionType;
}
