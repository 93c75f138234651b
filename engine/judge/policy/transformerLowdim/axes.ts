/** Which axes of a transformer low-dim policy follow the actions and the observation. */
import type { AxisSegment, FollowedAxis } from '../family.js';
import { OBSERVATION } from '../lowdim.js';
import { normalizerAxis } from '../normalizer.js';
import { trajectoryOf } from '../trajectory.js';
import type { TransformerLowdimSpec } from './spec.js';

export function axisOf(key: string, spec: TransformerLowdimSpec): FollowedAxis | undefined {
  const observation: AxisSegment = { of: 'observation', key: OBSERVATION, width: spec.obsFeatureDim };
  const action: AxisSegment = { of: 'action', width: spec.actionDim };
  const trajectory = trajectoryOf(spec).inpaintedSteps > 0 ? [action, observation] : [action];
  switch (key) {
    case 'model.input_emb.weight':
      return { axis: 1, segments: trajectory, startsSilent: true };
    case 'model.cond_obs_emb.weight':
      return { axis: 1, segments: [observation], startsSilent: true };
    case 'model.head.weight':
    case 'model.head.bias':
      return { axis: 0, segments: trajectory, startsSilent: false };
    default:
      return normalizerAxis(key, spec);
  }
}
