/** OmegaConf's merge: maps key by key, lists and scalars as a whole; `???` never replaces a value. */
import { ConfigError } from './configError.js';
import {
  beats,
  type ConfigNode,
  copyOf,
  isInterpolation,
  isMissing,
  type MapNode,
  placeText,
} from './node.js';

type Path = readonly (string | number)[];
/** The container that the interpolation at `path` refers to; undefined when it refers to something else. */
export type Dereference = (path: Path) => ConfigNode | undefined;

/** Merges `over` into `under`, which is changed; `path` is where `under` lies in the tree that `dereference` knows. */
export function mergeInto(under: MapNode, over: MapNode, path: Path, dereference: Dereference): void {
  for (const [key, node] of over.entries) {
    under.entries.set(key, merged(under.entries.get(key), node, [...path, key], dereference, under));
  }
}

function merged(
  before: ConfigNode | undefined,
  node: ConfigNode,
  path: Path,
  dereference: Dereference,
  parent: MapNode,
): ConfigNode {
  let under = before;
  if (isInterpolation(under) && (node.kind !== 'scalar' || isMissing(node))) {
    const target = dereference(path);
    if (target !== undefined) {
      under = beats(copyOf(target), under);
      parent.entries.set(String(path.at(-1)), under);
    }
  }
  if (under === undefined) return copyOf(node);
  if (isMissing(node)) return { ...under, beaten: [...under.beaten, node.place] };
  if (under.kind !== 'scalar' && node.kind !== 'scalar' && under.kind !== node.kind)
    throw unlike(under, node, path);
  if (under.kind !== 'map' || node.kind !== 'map') return beats(copyOf(node), under);
  const whole: MapNode = { ...under, place: node.place, beaten: beats(node, under).beaten };
  parent.entries.set(String(path.at(-1)), whole);
  mergeInto(whole, node, path, dereference);
  return whole;
}

function unlike(under: ConfigNode, over: ConfigNode, path: Path): ConfigError {
  return new ConfigError({
    code: 'merge-kinds',
    file: placeText(over.place),
    message: `${path.join('.')} is a ${over.kind} here and a ${under.kind} in ${placeText(under.place)}; Hydra cannot merge the two`,
    hint: 'make both of the same kind, or set it to null in between',
  });
}
