/** What a DP3 policy has beside what every policy has. */
import type { ConditionType } from '../conditionalUnet1d/conditionTypes.js';
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { PolicySpec } from '../spec.js';
import type { CloudEncoder } from './encoder.js';

export const ID = 'dp3';

/** Upstream's classes, which differ in the blocks of the UNet (SimpleDP3) and in the PointNet (the last one). */
export const CLASSES = ['DP3', 'SimpleDP3', 'DiffusionPointcloudPolicy'] as const;
export type Dp3Class = (typeof CLASSES)[number];

export interface Dp3Spec extends UnetSpec {
  readonly family: typeof ID;
  readonly policyClass: Dp3Class;
  readonly encoder: CloudEncoder;
  readonly condition: ConditionSettings;
  /** The observations condition the network; else they are inpainted, which makes them a part of the trajectory. */
  readonly obsAsGlobalCond: boolean;
}

export function isDp3(facts: Partial<PolicySpec>): facts is Partial<Dp3Spec> {
  return facts.family === ID;
}

/** How the condition acts in the UNet. */
export interface ConditionSettings {
  readonly type: ConditionType;
  /** Which parts of the network use it; the others have its layers all the same. */
  readonly inDown: boolean;
  readonly inMiddle: boolean;
  readonly inUp: boolean;
}
