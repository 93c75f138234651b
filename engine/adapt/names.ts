/** The config of the new checkpoint, with the names of dimensions that an adaptation was told, so that the next one knows them. */
import { isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import { type DimensionMap, namesToRemember } from '../judge/adapt/dimensionMap.js';
import type { AdaptPlan } from '../judge/adapt/types.js';
import { ACTION_NAMES, isName, OBSERVATION_NAMES } from '../judge/policy/dimensionNames.js';
import type { Dimensions } from '../judge/policy/dimensions.js';
import type { PolicySpec } from '../judge/policy/spec.js';

/** `config` keeps its interpolations as text. What it says itself stays; upstream reads no `regrip` section. */
export function namedConfig(
  config: PlainMap,
  { dimensions }: AdaptPlan,
  { dimensions: told }: PolicySpec,
): PlainMap {
  const section = config['regrip'] ?? {};
  const learnt = dimensions.filter((map) => namesToRemember(map, told?.[map.field]));
  if (learnt.length === 0 || !isPlainMap(section)) return config; // an interpolation is left as it is
  const [action] = learnt.filter(({ field }) => field === 'action');
  const seen = learnt.filter(({ field }) => field !== 'action');
  const known = section[OBSERVATION_NAMES[1]];
  return {
    ...config,
    regrip: {
      ...section,
      ...(action && { [ACTION_NAMES[1]]: listed(action.now) }),
      ...(seen.length > 0 && {
        [OBSERVATION_NAMES[1]]: { ...(isPlainMap(known) && known), ...byField(seen) },
      }),
    },
  };
}

function byField(maps: readonly DimensionMap[]): PlainMap {
  return Object.fromEntries(maps.map(({ field, now }) => [field, listed(now)]));
}

/** As `regrip.action_names` is read: a name, a name with its width, or how many have none. */
function listed(dimensions: Dimensions): Plain[] {
  return dimensions.map(({ name, width }) => {
    if (name === undefined || !isName(name)) return width;
    return width === 1 ? name : { [name]: width };
  });
}
