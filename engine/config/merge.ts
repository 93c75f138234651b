/** OmegaConf's merge: mappings key by key, everything else is replaced; every node keeps what it beat. */
import { RegripError } from '../base/errors.js';
import type { PlainMap } from '../base/plain.js';
import { beating, type ConfigNode, isMissing, lookup, type MapNode, toPlain } from './node.js';
import { placeName } from './place.js';
import { referencePath } from './reference.js';

/**
 * `root` with `over` merged into the mapping at `path`. Nothing is changed in place. Errors when a mapping meets a list.
 * An interpolation that a mapping or list is merged onto is replaced by a copy of what it refers to, as OmegaConf does.
 */
export function mergeAt(root: MapNode, path: readonly string[], over: MapNode): MapNode {
  let whole = root;
  for (const [key, node] of over.entries) whole = mergeKey(whole, [...path, key], node);
  return replaced(whole, path, (under) => ({ ...(under as MapNode), ...winner(over, under) }));
}

function mergeKey(root: MapNode, path: readonly string[], over: ConfigNode): MapNode {
  const written = lookup(root, path);
  const under = written === undefined ? undefined : (dereferenced(root, path, written) ?? written);
  if (under === undefined) return replaced(root, path, () => over);
  // A mandatory value that is not set beats nothing.
  if (isMissing(over)) return replaced(root, path, () => under);
  if (under.kind === 'map' && over.kind === 'map') {
    return mergeAt(
      replaced(root, path, () => under),
      path,
      over,
    );
  }
  if (under.kind !== 'scalar' && over.kind !== 'scalar' && under.kind !== over.kind)
    throw clash(path, under, over);
  return replaced(root, path, () => beating(over, under));
}

function winner(over: MapNode, under: ConfigNode | undefined) {
  const { place, beaten } = beating(over, under);
  return { place, beaten };
}

/** What an interpolation of a whole mapping or list refers to. */
function dereferenced(root: MapNode, path: readonly string[], node: ConfigNode): ConfigNode | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || !node.value.includes('${'))
    return undefined;
  const target = referencePath(toPlain(root) as PlainMap, node.value, path);
  const found = target === undefined ? undefined : lookup(root, target);
  return found === undefined || found.kind === 'scalar' ? undefined : beating(found, node);
}

/** `root` with another node at `path`; the mappings above it must exist. */
export function replaced(
  root: MapNode,
  path: readonly string[],
  change: (under: ConfigNode | undefined) => ConfigNode,
): MapNode {
  return changed(root, path, change) as MapNode;
}

function changed(
  node: ConfigNode | undefined,
  [step, ...rest]: readonly string[],
  change: (under: ConfigNode | undefined) => ConfigNode,
): ConfigNode {
  if (step === undefined) return change(node);
  if (node?.kind === 'list') {
    return { ...node, items: node.items.with(Number(step), changed(node.items[Number(step)], rest, change)) };
  }
  const { entries } = node as MapNode;
  return {
    ...(node as MapNode),
    entries: new Map(entries).set(step, changed(entries.get(step), rest, change)),
  };
}

function clash(path: readonly string[], under: ConfigNode, over: ConfigNode): RegripError {
  const kinds = { map: 'mapping', list: 'list', scalar: 'value' };
  return new RegripError({
    code: 'merge-clash',
    message: `${placeName(over.place)}: ${path.join('.')} is a ${kinds[over.kind]} here and a ${kinds[under.kind]} at ${placeName(under.place)}`,
    hint: 'Hydra cannot merge these; make both the same kind',
  });
}
