/** What a UNet image policy has beside what every policy has. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { MultiImageShape } from '../multiImageEncoder.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'unetImage';

export interface UnetImageSpec extends UnetSpec {
  readonly family: typeof ID;
  /** The observations condition the network; else they are inpainted, which makes them a part of the trajectory. */
  readonly obsAsGlobalCond: boolean;
  readonly encoder: MultiImageShape;
}

/** The spec of one who works on this family alone. */
export function asUnetImage(spec: PolicySpec): UnetImageSpec {
  if (isUnetImage(spec)) return spec;
  throw new Error(`the policy is one of the family ${spec.family}`);
}

function isUnetImage(spec: PolicySpec): spec is UnetImageSpec {
  return spec.family === ID;
}
