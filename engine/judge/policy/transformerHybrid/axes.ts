/** Which axes of a transformer hybrid policy follow the actions and the observations. */
import type { AxisSegment, FollowedAxis } from '../family.js';
import { normalizerAxis } from '../normalizer.js';
import { featureSegments } from '../robomimicEncoder.js';
import { trajectoryOf } from '../trajectory.js';
import type { TransformerHybridSpec } from './spec.js';

export function axisOf(key: string, spec: TransformerHybridSpec): FollowedAxis | undefined {
  const action: AxisSegment = { of: 'action', width: spec.actionDim };
  const features = featureSegments(spec.observations);
  const trajectory = trajectoryOf(spec).inpaintedSteps > 0 ? [action, ...features] : [action];
  switch (key) {
    case 'model.input_emb.weight':
      return { axis: 1, segments: trajectory, startsSilent: true };
    case 'model.cond_obs_emb.weight':
      return { axis: 1, segments: features, startsSilent: true };
    case 'model.head.weight':
    case 'model.head.bias':
      return { axis: 0, segments: trajectory, startsSilent: false };
    default:
      return normalizerAxis(key, spec);
  }
}
