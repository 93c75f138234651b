/** What a UNet low-dim policy has beside what every policy has. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'unetLowdim';

export interface UnetLowdimSpec extends UnetSpec {
  readonly family: typeof ID;
  /** How the observation reaches the network: all observed steps together, each at its own step, or as a part of the trajectory. */
  readonly observedAs: 'global condition' | 'local condition' | 'inpainted';
  /** Nothing but the executed steps is predicted. */
  readonly actionStepsOnly: boolean;
  /** The robot acts from the last observed step on; else from the one after it. */
  readonly actsFromLastObserved: boolean;
}

/** The spec of one who works on this family alone. */
export function asUnetLowdim(spec: PolicySpec): UnetLowdimSpec {
  if (isUnetLowdim(spec)) return spec;
  throw new Error(`the policy is one of the family ${spec.family}`);
}

function isUnetLowdim(spec: PolicySpec): spec is UnetLowdimSpec {
  return spec.family === ID;
}
