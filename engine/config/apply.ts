/** Applies an override of a value to the composed config, as Hydra does after the files are merged. */
import { RegripError } from '../base/errors.js';
import type { Plain, PlainMap } from '../base/plain.js';
import { mergeAt, replaced } from './merge.js';
import { beating, type ConfigNode, lookup, type MapNode, mapNode, toPlain } from './node.js';
import type { Override } from './overrides.js';
import { placeName } from './place.js';
import { selected } from './reference.js';
import type { ComposeOptions } from './types.js';

/** `primary` names the config in messages. Errors say which part of the key is wrong and what to write instead. */
export function applyOverride(
  root: MapNode,
  override: Override,
  primary: string,
  options: ComposeOptions,
): MapNode {
  const context = { override, primary, options };
  if (override.package !== undefined) {
    throw refused(context, `chooses a group, but '${override.key}' is no folder beside`, 'check the group');
  }
  const path = override.key.split('.');
  switch (override.kind) {
    case 'delete':
      return withoutKey(root, path, context);
    case 'add':
      if (override.value!.kind === 'scalar' && valueAtKey(root, context) !== null) {
        const plain = override.text.slice(1);
        throw refused(context, 'adds a key that exists already in', `write ${plain}, or +${override.text}`);
      }
      return assigned(root, path, context);
    case 'change':
    case 'force':
      return assigned(root, path, context);
  }
}

interface Context {
  readonly override: Override;
  readonly primary: string;
  readonly options: ComposeOptions;
}

/** The value at the override's key, through interpolations; null when there is none or it is not set. */
function valueAtKey(root: MapNode, { override, options }: Context): Plain {
  return selected(toPlain(root) as PlainMap, override.key, options);
}

function assigned(root: MapNode, path: readonly string[], context: Context): MapNode {
  const { override } = context;
  const value = override.value!;
  const strict = override.kind === 'change';
  let whole = root;
  for (let depth = 1; depth < path.length; depth += 1) {
    const here = path.slice(0, depth);
    const node = lookup(whole, here);
    if (node !== undefined && node.kind !== 'scalar') continue;
    if (strict) throw unknown(context, here, node);
    whole = placed(whole, here, () => beating(mapNode(value.place), node), context);
  }
  const before = lookup(whole, path);
  const parent = lookup(whole, path.slice(0, -1));
  if (before === undefined && strict && parent?.kind === 'map') throw unknown(context, path, undefined);
  if (before?.kind === 'map' && value.kind === 'map') {
    if (strict) checkKeys(before, value, path, context);
    return mergeAt(whole, path, value);
  }
  if (
    before !== undefined &&
    before.kind !== 'scalar' &&
    value.kind !== 'scalar' &&
    before.kind !== value.kind
  ) {
    const kinds = { map: 'mapping', list: 'list' };
    throw refused(
      context,
      `gives a ${kinds[value.kind]} where ${placeName(before.place)} wrote a ${kinds[before.kind]}, in`,
      `give a ${kinds[before.kind]}, or delete the key first: ~${override.key} +${override.key}=…`,
    );
  }
  return placed(whole, path, (under) => beating(value, under), context);
}

function placed(
  root: MapNode,
  path: readonly string[],
  change: (under: ConfigNode | undefined) => ConfigNode,
  context: Context,
): MapNode {
  const parent = lookup(root, path.slice(0, -1));
  const step = path.at(-1)!;
  if (parent?.kind === 'list' && !(/^\d+$/.test(step) && Number(step) < parent.items.length)) {
    const holds = `${path.slice(0, -1).join('.')} holds ${parent.items.length} entries`;
    throw refused(
      context,
      `names the entry '${step}' of a list that has none such (${holds}) in`,
      'give the whole list',
    );
  }
  return replaced(root, path, change);
}

/** In an override without + every key of a mapping must exist. */
function checkKeys(before: MapNode, value: MapNode, path: readonly string[], context: Context): void {
  for (const [key, node] of value.entries) {
    const under = before.entries.get(key);
    if (under === undefined) throw unknown(context, [...path, key], undefined);
    if (under.kind === 'map' && node.kind === 'map') checkKeys(under, node, [...path, key], context);
  }
}

function withoutKey(root: MapNode, path: readonly string[], context: Context): MapNode {
  const { override } = context;
  const value = valueAtKey(root, context);
  if (value === null) {
    throw refused(context, 'deletes a key that does not exist (or is null) in', 'check the key');
  }
  const parent = lookup(root, path.slice(0, -1));
  if (parent?.kind !== 'map') {
    const what = parent?.kind === 'list' ? 'an entry of a list' : 'a key behind an interpolation';
    throw refused(context, `deletes ${what}, which is not supported, in`, 'give the whole value instead');
  }
  if (override.value !== undefined && !isSame(toPlain(override.value), value)) {
    throw refused(context, 'deletes a key that has another value in', `write ~${override.key}`);
  }
  const entries = new Map(parent.entries);
  entries.delete(path.at(-1)!);
  return replaced(root, path.slice(0, -1), (node) => ({ ...(node as MapNode), entries }));
}

function isSame(a: unknown, b: unknown): boolean {
  const text = (value: unknown) =>
    JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
  return text(a) === text(b);
}

function unknown(context: Context, path: readonly string[], node: ConfigNode | undefined): RegripError {
  const { override } = context;
  const deeper = path.join('.');
  const where = deeper.length > override.key.length ? deeper : override.key;
  const what =
    node === undefined
      ? `'${where}' does not exist`
      : `'${where}' does not exist, since '${deeper}' is no mapping (written at ${placeName(node.place)})`;
  const behind =
    node?.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${')
      ? `override the place it refers to: ${node.value}`
      : `add it with +${override.text}, or check the spelling`;
  return refused(context, `changes a key: ${what} in`, behind);
}

function refused({ override, primary }: Context, what: string, hint: string): RegripError {
  return new RegripError({
    code: 'override-refused',
    message: `the override '${override.text}' ${what} the composed ${primary}`,
    hint,
  });
}
