/** Which axes of a transformer hybrid policy follow the actions and the observations. */
import type { AxisSegment, FollowedAxis } from '../family.js';
import { normalizerAxis } from '../normalizer.js';
import { featureSegments } from '../robomimicEncoder.js';
import type { TransformerHybridSpec } from './spec.js';

export function axisOf(key: string, spec: TransformerHybridSpec): FollowedAxis | undefined {
  const action: AxisSegment = { of: 'action', width: spec.actionDim };
  switch (key) {
    case 'model.input_emb.weight':
      return { axis: 1, segments: [action], startsSilent: true };
    case 'model.cond_obs_emb.weight':
      return { axis: 1, segments: featureSegments(spec.observations), startsSilent: true };
    case 'model.head.weight':
    case 'model.head.bias':
      return { axis: 0, segments: [action], startsSilent: false };
    default:
      return normalizerAxis(key, spec);
  }
}
