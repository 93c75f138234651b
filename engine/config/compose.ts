/** Composes a training config as Hydra 1.3 does and resolves it as OmegaConf 2.3 does; every value keeps its provenance. */
import { existsSync } from 'node:fs';
import { resolve as absolute, basename, dirname } from 'node:path';
import { RegripError } from '../base/errors.js';
import type { PlainMap } from '../base/plain.js';
import { DefaultsReader } from './defaults.js';
import { type ConfigNode, type MapNode, mapNode, merge, toPlain } from './node.js';
import { type Override, parseOverride } from './overrides.js';
import { resolvePlain } from './resolve.js';
import type { Compose, Provenance } from './types.js';

export const compose: Compose = async (primary, overrides, options = {}) => {
  const file = absolute(primary);
  if (!existsSync(file))
    throw new RegripError({
      code: 'config-missing',
      file,
      message: 'does not exist',
      hint: 'give the primary config of a training',
    });
  const reader = new DefaultsReader(dirname(file));
  const values: Override[] = [];
  overrides.map(parseOverride).forEach((override) => {
    if (reader.isGroup(override.key) && override.kind !== 'delete') reader.choose(override);
    else values.push(override);
  });
  await reader.read(file);
  let root = mapNode({ kind: 'file', file, line: 1, column: 1, endLine: 1, endColumn: 1 });
  for (const { content, package: pack } of reader.contributions)
    root = merge(root, wrapped(content, pack)) as MapNode;
  for (const override of values) root = applied(root, override, basename(file));
  const whole = toPlain(root) as PlainMap;
  const { hydra: _hydra, ...unresolved } = whole;
  const resolved = resolvePlain(unresolved, undefined, options);
  return {
    unresolved,
    resolved,
    provenance: provenanceOf(root),
    files: [...new Set([file, ...reader.contributions.map((part) => part.file.file)])],
  };
};

function wrapped(content: MapNode, pack: string): MapNode {
  return pack
    .split('.')
    .filter((part) => part !== '')
    .reverse()
    .reduce<MapNode>((inner, part) => mapNode(content.place, new Map([[part, inner]])), content);
}

function applied(root: MapNode, override: Override, primary: string): MapNode {
  const path = override.key.split('.');
  switch (override.kind) {
    case 'delete':
      return deleted(root, path, override, primary);
    case 'change':
      if (lookup(root, path) === undefined)
        throw refused(override, primary, 'does not exist', `add it with +${override.text}`);
      return set(root, path, override.value!) as MapNode;
    case 'add':
      if (lookup(root, path) !== undefined && override.value!.kind !== 'map')
        throw refused(
          override,
          primary,
          'exists already',
          `use ++${override.text.slice(1)} or ${override.text.slice(1)}`,
        );
      return set(root, path, override.value!) as MapNode;
    case 'force':
      return set(root, path, override.value!) as MapNode;
  }
}

function lookup(node: ConfigNode | undefined, path: readonly string[]): ConfigNode | undefined {
  return path.reduce<ConfigNode | undefined>((here, step) => {
    if (here?.kind === 'map') return here.entries.get(step);
    return here?.kind === 'list' ? here.items[Number(step)] : undefined;
  }, node);
}

function set(node: ConfigNode | undefined, path: readonly string[], value: ConfigNode): ConfigNode {
  const [step, ...rest] = path;
  if (step === undefined) return node === undefined ? value : merge(node, value);
  if (node?.kind === 'list') {
    const items = [...node.items];
    items[Number(step)] = set(items[Number(step)], rest, value);
    return { ...node, items };
  }
  const base: MapNode = node?.kind === 'map' ? node : mapNode(value.place);
  return { ...base, entries: new Map([...base.entries, [step, set(base.entries.get(step), rest, value)]]) };
}

function deleted(root: MapNode, path: readonly string[], override: Override, primary: string): MapNode {
  const found = lookup(root, path);
  if (found === undefined)
    throw refused(override, primary, 'does not exist, so it cannot be deleted', 'check the key');
  if (
    override.value !== undefined &&
    JSON.stringify(toPlain(override.value)) !== JSON.stringify(toPlain(found))
  ) {
    throw refused(override, primary, 'has another value, so it is not deleted', 'leave the value out');
  }
  const without = (node: MapNode, [step, ...rest]: readonly string[]): MapNode => {
    const entries = new Map(node.entries);
    if (rest.length === 0) entries.delete(step!);
    else entries.set(step!, without(entries.get(step!) as MapNode, rest));
    return { ...node, entries };
  };
  return without(root, path);
}

function refused(override: Override, primary: string, what: string, hint: string): RegripError {
  return new RegripError({
    code: 'override-refused',
    message: `the override '${override.text}': '${override.key}' ${what} in the composed ${primary}`,
    hint,
  });
}

function provenanceOf(root: MapNode): Map<string, Provenance[]> {
  const all = new Map<string, Provenance[]>();
  const visit = (node: ConfigNode, path: string) => {
    if (path !== '') all.set(path, [node.place, ...node.beaten]);
    const children: Iterable<[string | number, ConfigNode]> =
      node.kind === 'map' ? node.entries : node.kind === 'list' ? node.items.entries() : [];
    for (const [key, child] of children) visit(child, path === '' ? String(key) : `${path}.${key}`);
  };
  visit(root, '');
  return all;
}
