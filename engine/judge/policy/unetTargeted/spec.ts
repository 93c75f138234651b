/** What a UNet policy with a target has beside what every policy has. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { RobomimicShape } from '../robomimicEncoder.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'unetTargeted';

/** Where the robot shall take things, in the state dict and in a batch; not observed at each step, but given once. */
export const TARGET = 'target';

/** Begins the name of the condition's columns of one projected step. */
export const EMBEDDED = 'observation embedding';

export interface UnetTargetedSpec extends UnetSpec, RobomimicShape {
  readonly family: typeof ID;
  /** Width to which one step's features are projected; absent where they go to the UNet as they are. */
  readonly embedding?: number;
  /** The encoder begins with weights that torchvision downloads. */
  readonly isPretrained: boolean;
}

/** The spec of one who works on this family alone. */
export function asUnetTargeted(spec: PolicySpec): UnetTargetedSpec {
  if (isUnetTargeted(spec)) return spec;
  throw new Error(`the policy is one of the family ${spec.family}`);
}

function isUnetTargeted(spec: PolicySpec): spec is UnetTargetedSpec {
  return spec.family === ID;
}
