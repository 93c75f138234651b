/** Applies one override of the command line to the composed tree, as Hydra does: only `+` and `++` add keys. */

import { type Plain, PyFloat } from '../../base/plain.js';
import { isSlip } from '../../base/slip.js';
import { ConfigError } from '../configError.js';
import { type Dereference, mergeInto } from '../merge.js';
import {
  beats,
  type ConfigNode,
  copyOf,
  isInterpolation,
  lookup,
  type MapNode,
  mapNode,
  toPlain,
} from '../node.js';
import { samePlain } from '../python/value.js';
import type { Override } from './overrides.js';

/** The value at a path, resolved; its contents are resolved only with `whole`. Undefined where it is absent or ???. */
type Select = (path: readonly string[], whole?: boolean) => Plain | undefined;

/** Changes `root`. */
export function applyOverride(
  root: MapNode,
  override: Override,
  select: Select,
  dereference: Dereference,
): void {
  if (override.package !== undefined) {
    throw refused(
      override,
      `looks like a group choice, but there is no group '${override.key}'`,
      'check the group name',
    );
  }
  const path = override.key.split('.');
  switch (override.kind) {
    case 'delete':
      deleteAt(root, path, override, select);
      break;
    case 'change':
      update(root, path, override, false, dereference);
      break;
    case 'add': {
      const there = override.value!.kind === 'scalar' ? (select(path) ?? null) : null;
      if (there !== null)
        throw refused(
          override,
          `'${override.key}' exists already`,
          `use +${override.text} or ${override.text.slice(1)}`,
        );
      update(root, path, override, true, dereference);
      break;
    }
    case 'force':
      update(root, path, override, true, dereference);
      break;
  }
}

function update(
  root: MapNode,
  path: readonly string[],
  override: Override,
  adds: boolean,
  dereference: Dereference,
): void {
  let here: Exclude<ConfigNode, { kind: 'scalar' }> = root;
  for (const step of path.slice(0, -1)) {
    const next = child(here, step, override);
    if (next !== undefined && next.kind !== 'scalar') here = next;
    else if (!adds) throw absent(override, { beside: here, step });
    else {
      const made = beats(mapNode(override.value!.place), next);
      put(here, step, made, override);
      here = made;
    }
  }
  const last = path.at(-1)!;
  const before = child(here, last, override);
  if (before === undefined && !adds) throw absent(override, { beside: here, step: last });
  const value = override.value!;
  if (before?.kind === 'map' && value.kind === 'map') {
    if (!adds) checkKnown(before, value, override);
    const whole: MapNode = { ...before, place: value.place, beaten: beats(value, before).beaten };
    put(here, last, whole, override);
    mergeInto(whole, value, path, dereference);
    return;
  }
  if (
    before !== undefined &&
    before.kind !== 'scalar' &&
    value.kind !== 'scalar' &&
    before.kind !== value.kind
  ) {
    throw refused(
      override,
      `'${override.key}' is a ${before.kind}, and a ${value.kind} cannot be merged into it`,
      `delete it first: ~${override.key}`,
    );
  }
  put(here, last, beats(copyOf(value), before), override);
}

/** Without `+`, a map may contain only keys that exist. */
function checkKnown(before: MapNode, value: MapNode, override: Override, path = override.key): void {
  for (const [key, node] of value.entries) {
    const known = before.entries.get(key);
    const at = `${path}.${key}`;
    if (known === undefined) throw absent(override, { beside: before, step: key }, at);
    if (known.kind === 'map' && node.kind === 'map') checkKnown(known, node, override, at);
  }
}

function child(node: ConfigNode, step: string, override: Override): ConfigNode | undefined {
  if (node.kind === 'map') return node.entries.get(step);
  if (node.kind === 'scalar') return undefined;
  const index = listIndex(step, override);
  if (index < node.items.length) return node.items[index];
  throw refused(
    override,
    `the list has ${node.items.length} entries, so there is no entry ${step}`,
    'give the whole list: key=[…]',
  );
}

function put(node: ConfigNode, step: string, value: ConfigNode, override: Override): void {
  if (node.kind === 'map') node.entries.set(step, value);
  else if (node.kind === 'list') node.items[listIndex(step, override)] = value;
}

function listIndex(step: string, override: Override): number {
  if (/^\d[\d_]*$/.test(step)) return Number(step.replaceAll('_', ''));
  throw refused(override, `'${step}' is not a list index`, 'count list entries from 0');
}

function deleteAt(root: MapNode, path: readonly string[], override: Override, select: Select): void {
  const found = select(path) ?? null;
  if (found === null)
    throw refused(
      override,
      `'${override.key}' does not exist or is null, so it cannot be deleted`,
      'check the key',
    );
  const wanted = override.value === undefined ? null : toPlain(override.value);
  if (wanted !== null && !samePlain(wanted, select(path, true)!)) {
    throw refused(
      override,
      `'${override.key}' has another value (${shown(found)}), so it is not deleted`,
      'leave the value out',
    );
  }
  const parent = lookup(root, path.slice(0, -1));
  const reason =
    parent?.kind === 'list'
      ? 'an entry of a list cannot be deleted'
      : isInterpolation(parent) || parent === undefined
        ? 'lies behind an interpolation; deleting there is not supported'
        : undefined;
  if (parent?.kind !== 'map' || reason !== undefined)
    throw refused(
      override,
      `'${override.key}': ${reason}`,
      'give the whole list, or delete where the value is written',
    );
  parent.entries.delete(path.at(-1)!);
}

function shown(value: Plain): string {
  return value instanceof PyFloat
    ? `${value.value}.0`
    : typeof value === 'object'
      ? 'a container'
      : String(value);
}

interface Missed {
  readonly beside: ConfigNode;
  readonly step: string;
}

/** With `+` a typo would become a key that nothing reads: the likely key is suggested first. */
function absent(override: Override, { beside, step }: Missed, key = override.key): ConfigError {
  const names = beside.kind === 'map' ? [...beside.entries.keys()] : [];
  const meant = names.find((name) => isSlip(step, name));
  const adding = `add it with +${override.text}`;
  const hint = meant === undefined ? adding : `did you mean ${meant}? If it is a new key, ${adding}`;
  return refused(override, `'${key}' does not exist in the composed config`, hint);
}

function refused(override: Override, what: string, hint: string): ConfigError {
  return new ConfigError({
    code: 'override-refused',
    message: `the override '${override.text}': ${what}`,
    hint,
  });
}
