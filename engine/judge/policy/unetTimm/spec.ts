/** What a UMI policy has beside what every policy has. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { PosesSpec } from '../timmEncoder/poses.js';
import type { TimmObservation, TimmShape } from '../timmEncoder/shape.js';

export const ID = 'unetTimm';

export interface UnetTimmSpec extends UnetSpec, PosesSpec {
  readonly family: typeof ID;
  readonly observations: readonly TimmObservation[];
  readonly encoder: TimmShape;
}
