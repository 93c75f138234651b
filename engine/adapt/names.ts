/** The config of the new checkpoint, with the names of dimensions that an adaptation was told, so that the next one knows them. */
import { isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import { type DimensionMap, namesToRemember } from '../judge/adapt/dimensionMap.js';
import type { AdaptPlan } from '../judge/adapt/types.js';
import { PolicyConfigError } from '../judge/policy/config.js';
import { ACTION_NAMES, isName, OBSERVATION_NAMES, readDimensions } from '../judge/policy/dimensionNames.js';
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

/** What `namedConfig` adds, as a person writes it into the config of the training: `regrip.action_names: [pose: 7, gripper]`. */
export function learntNames({ dimensions }: AdaptPlan, { dimensions: told }: PolicySpec): string[] {
  return dimensions
    .filter((map) => namesToRemember(map, told?.[map.field]))
    .map(({ field, now }) => {
      const path = field === 'action' ? ACTION_NAMES : [...OBSERVATION_NAMES, field];
      const entries = listed(now).map((entry) =>
        isPlainMap(entry) ? Object.entries(entry).map((pair) => pair.join(': ')) : String(entry),
      );
      return `${path.join('.')}: [${entries.join(', ')}]`;
    });
}

/**
 * `config` with the names that the checkpoint's own config has of what a training's config does not name, so that a training which starts
 * from an adapted checkpoint keeps them.
 */
export function inheritedNames(config: PlainMap, spec: PolicySpec, own: PlainMap | undefined): PlainMap {
  const section = config['regrip'] ?? {};
  const before = own?.['regrip'];
  if (!isPlainMap(section) || !isPlainMap(before)) return config;
  const added = [ACTION_NAMES, OBSERVATION_NAMES].flatMap(([, name]) => {
    const names = before[name];
    const isOpen = names !== undefined && section[name] === undefined;
    return isOpen && doFit({ [name]: names }, spec) ? [[name, names] as const] : [];
  });
  return added.length === 0 ? config : { ...config, regrip: { ...section, ...Object.fromEntries(added) } };
}

/** Of a policy with other widths they would be refused. */
function doFit(section: PlainMap, spec: PolicySpec): boolean {
  try {
    readDimensions({ regrip: section }, spec);
    return true;
  } catch (error) {
    if (error instanceof PolicyConfigError) return false;
    throw error;
  }
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
