/** What a UNet hybrid policy has beside what every policy has. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { RobomimicShape } from '../robomimicEncoder.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'unetHybrid';

export interface UnetHybridSpec extends UnetSpec, RobomimicShape {
  readonly family: typeof ID;
  /** The observations condition the network; else they are inpainted, which makes them a part of the trajectory. */
  readonly obsAsGlobalCond: boolean;
}

/** The spec of one who works on this family alone. */
export function asUnetHybrid(spec: PolicySpec): UnetHybridSpec {
  if (isUnetHybrid(spec)) return spec;
  throw new Error(`the policy is one of the family ${spec.family}`);
}

function isUnetHybrid(spec: PolicySpec): spec is UnetHybridSpec {
  return spec.family === ID;
}
