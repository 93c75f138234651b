/** What a UMI policy has beside what every policy has. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { TimmObservation, TimmShape } from '../timmEncoder/shape.js';

export const ID = 'unetTimm';

export interface UnetTimmSpec extends UnetSpec {
  readonly family: typeof ID;
  readonly observations: readonly TimmObservation[];
  readonly encoder: TimmShape;
  /** How the rotations in an action are written: `rotation_6d`; empty where the config does not say. */
  readonly rotations: string;
}
