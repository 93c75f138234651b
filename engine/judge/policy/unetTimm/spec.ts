/** What a UMI policy has beside what every policy has. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { TimmObservation, TimmShape } from '../timmEncoder/shape.js';

export const POSE_SETTINGS = ['obs_pose_repr', 'action_pose_repr'] as const;
export type PoseSetting = (typeof POSE_SETTINGS)[number];

export const ID = 'unetTimm';

export interface UnetTimmSpec extends UnetSpec {
  readonly family: typeof ID;
  readonly observations: readonly TimmObservation[];
  readonly encoder: TimmShape;
  /** How the rotations in an action are written: `rotation_6d`; empty where the config does not say. */
  readonly rotations: string;
  /** What poses are relative to, by the data set's setting: `relative`, `abs`; absent where the config does not say. */
  readonly poses: Readonly<Record<PoseSetting, string | undefined>>;
}
