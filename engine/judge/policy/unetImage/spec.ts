/** What a UNet image policy has beside what every policy has. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { MultiImageShape } from '../multiImageEncoder.js';

export const ID = 'unetImage';

export interface UnetImageSpec extends UnetSpec {
  readonly family: typeof ID;
  /** The observations condition the network; else they are inpainted, which makes them a part of the trajectory. */
  readonly obsAsGlobalCond: boolean;
  readonly encoder: MultiImageShape;
}
