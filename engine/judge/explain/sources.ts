/** The way from a parameter to the config values that set its shape, and back. */
import { type OriginStep, originOf, valueAt } from '../../config/origin.js';
import { familyOfSpec, policySpec } from '../policy/families.js';
import type { PolicySpec } from '../policy/spec.js';
import type { ConfigSource, ExplainTarget } from './types.js';

/** Where the value at `path` is written, behind all interpolations. */
export function sourceOf(path: string, target: ExplainTarget): ConfigSource {
  const last = originOf(path, target).at(-1);
  if (last === undefined || valueAt(target.resolved, path) === undefined) return { path };
  return { path, writtenAs: writtenPath(last), place: last.place };
}

/** A key with the axes that a config value sets; none where it only decides whether the key exists. */
interface SetKey {
  readonly key: string;
  readonly axes: readonly number[];
}

/**
 * The keys whose shape or existence the value at `configPath` decides: as the policy reads it, or at any of the places that its
 * interpolations lead through. A container stands for all that is in it. Throws where the config describes no policy.
 */
export function keysSetBy(configPath: string, target: ExplainTarget): SetKey[] {
  const spec = policySpec(target.resolved);
  const known = new Map<string, boolean>();
  const decides = (path: string): boolean => {
    const before = known.get(path);
    if (before !== undefined) return before;
    const found = placesOf(path, target).some((place) => isAtOrIn(place, configPath));
    known.set(path, found);
    return found;
  };
  return spec.parameters.flatMap(({ key }) => setKey(key, spec, decides) ?? []);
}

function setKey(key: string, spec: PolicySpec, decides: (path: string) => boolean): SetKey | undefined {
  const role = familyOfSpec(spec).roleOf(key, spec);
  if (role === undefined) return undefined;
  const axes = role.dimensions.flatMap(({ paths }, axis) => (paths.some(decides) ? [axis] : []));
  return axes.length > 0 || role.existsBy.some(decides) ? { key, axes } : undefined;
}

function placesOf(path: string, target: ExplainTarget): string[] {
  return [path, ...originOf(path, target).map(writtenPath)];
}

function writtenPath({ path, inside }: OriginStep): string {
  return `${path}${inside}`;
}

function isAtOrIn(path: string, container: string): boolean {
  return path === container || path.startsWith(`${container}.`);
}
