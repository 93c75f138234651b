/** What the poses of a UMI policy are relative to, and how their rotations are written: settings under which the same tensors mean something else. */
import type { PlainMap } from '../../../base/plain.js';
import { optional, textAt } from '../config.js';
import type { ComparedSetting } from '../family.js';

const POSE_SETTINGS = ['obs_pose_repr', 'action_pose_repr'] as const;
type PoseSetting = (typeof POSE_SETTINGS)[number];

export interface PosesSpec {
  /** How the rotations in an action are written: `rotation_6d`; empty where the config does not say. */
  readonly rotations: string;
  /** What poses are relative to, by the data set's setting: `relative`, `abs`; absent where the config does not say. */
  readonly poses: Readonly<Record<PoseSetting, string | undefined>>;
}

/** Where the config does not say it, neither is it known here: data set classes have defaults of their own. */
export function readPoses(resolved: PlainMap): PosesSpec {
  const read = (name: PoseSetting) => {
    const found = optional(resolved, ['task', 'dataset', 'pose_repr', name]);
    return typeof found === 'string' ? found : undefined;
  };
  return {
    rotations: textAt(resolved, ['policy', 'shape_meta', 'action', 'rotation_rep'], ''),
    poses: { obs_pose_repr: read('obs_pose_repr'), action_pose_repr: read('action_pose_repr') },
  };
}

export function poseSettings({ rotations, poses }: PosesSpec): ComparedSetting[] {
  return [
    { name: 'policy.shape_meta.action.rotation_rep', value: rotations },
    ...POSE_SETTINGS.flatMap((name) => {
      const value = poses[name];
      return value === undefined ? [] : [{ name: `task.dataset.pose_repr.${name}`, value }];
    }),
  ];
}
