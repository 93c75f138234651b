/** What the data set classes of DP3's projects do that no config says: the arrays that they read, and which fields they do not fit. */
import type { PlainMap } from '../../../base/plain.js';
import { lastName, optional } from '../config.js';
import type { NormalizerField, ObservationSpec } from '../spec.js';
import { IMAGINED_ROBOT, POINT_CLOUD } from './encoder.js';

/** The state lies under a name of its own, unless a project writes it otherwise. */
export const COLUMNS = { agent_pos: ['state', 'agent_pos'] } as const;

/** Observations that a class leaves as they are. */
const UNFITTED: Readonly<Record<string, readonly string[]>> = {
  DexArtDataset: [IMAGINED_ROBOT, POINT_CLOUD],
  GR1DexDataset3D: [POINT_CLOUD, 'agent_pos'],
};

/** The action, the state and the points, each over its last axis, in the order of upstream's data sets. */
export function fieldsOf(
  config: PlainMap,
  actionDim: number,
  observations: readonly ObservationSpec[],
): NormalizerField[] {
  const target = optional(config, ['task', 'dataset', '_target_']);
  const name = typeof target === 'string' ? lastName(target) : '';
  const unfitted = Object.hasOwn(UNFITTED, name) ? UNFITTED[name]! : [];
  const ofType = (type: ObservationSpec['type']) => observations.filter((obs) => obs.type === type);
  const inOrder = [...ofType('low_dim'), ...ofType('point_cloud').reverse()];
  const fields = inOrder.map(({ key, shape }): NormalizerField => {
    return unfitted.includes(key)
      ? { name: key, width: 1, range: 'identity' }
      : { name: key, width: shape.at(-1)!, range: 'fitted' };
  });
  return [{ name: 'action', width: actionDim, range: 'fitted' }, ...fields];
}
