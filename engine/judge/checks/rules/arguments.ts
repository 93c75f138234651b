/** The arguments that Hydra passes to the config's classes, against the parameters that those accept. Judged only where the training's source builds them. */

import { isPlainMap, type PlainMap } from '../../../base/plain.js';
import { isSlip } from '../../../base/slip.js';
import { valueAt } from '../../../config/origin.js';
import type { ConfigCondition } from '../../../project/python/configConditions.js';
import type { Instantiation } from '../../../project/python/instantiations.js';
import type { PythonParameter } from '../../../project/python/outline.js';
import type { Signature } from '../../../project/python/signature.js';
import type { WorkspaceFacts } from '../../../project/python/workspaceFacts.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf, sourceName, sourceSpan } from '../context.js';
import type { Finding } from '../finding.js';
import { HYDRAS } from './knownKeys.js';

/** Nesting depth; far above real configs. */
const MAX_DEPTH = 20;
const SHOWN = 8;

export const argumentsTaken: Check = {
  run: async (context) => {
    const facts = await context.workspace();
    const built = (facts?.instantiations ?? []).filter(
      ({ when }) => when !== undefined && isMet(context, when),
    );
    const findings: Finding[] = [];
    for (const call of oncePerKey(built)) findings.push(...(await judgedBelow(context, call, call.key, 0)));
    return findings;
  },
};

/** The nodes that the training builds, with those nested in them. */
export async function builtPaths(context: CheckContext): Promise<readonly string[]> {
  const facts = await context.workspace();
  const built = (facts?.instantiations ?? []).filter(({ when }) => when && isMet(context, when));
  return oncePerKey(built).flatMap(({ key, isRecursive }) =>
    isRecursive ? pathsBelow(context, key, 0) : [key],
  );
}

function pathsBelow(context: CheckContext, path: string, depth: number): string[] {
  const node = context.value(path);
  if (!isPlainMap(node) || depth > MAX_DEPTH) return [];
  const inner = node['_recursive_'] === false ? [] : Object.keys(node).filter((key) => !HYDRAS.has(key));
  return [path, ...inner.flatMap((key) => pathsBelow(context, `${path}.${key}`, depth + 1))];
}

/** A condition on a key that is absent or unknown counts as not met. */
export function isMet(context: CheckContext, when: readonly ConfigCondition[]): boolean {
  return when.every(({ key, isTrue }) => isTruthyAt(context, key) === isTrue);
}

/** Whether the training's source changes the config's value of `key`, or may do so. */
export function isChanged(context: CheckContext, facts: WorkspaceFacts | undefined, key: string): boolean {
  if (facts === undefined) return false;
  const { writes, isOpen } = facts.changes;
  return isOpen(key) || writes.some((write) => write.key === key && isMet(context, write.when ?? []));
}

/** Python's truth value; undefined where it is not known. */
export function isTruthyAt(context: CheckContext, key: string): boolean | undefined {
  const value = context.value(key);
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.length > 0;
  return isPlainMap(value) ? Object.keys(value).length > 0 : Boolean(value?.valueOf());
}

/** Where several calls build one node, an argument that any of them adds counts as given. */
function oncePerKey(calls: readonly Instantiation[]): readonly Instantiation[] {
  const byKey = new Map<string, Instantiation>();
  for (const call of calls) {
    const before = byKey.get(call.key) ?? call;
    byKey.set(call.key, {
      ...call,
      added: new Set([...before.added, ...call.added]),
      isOpen: before.isOpen || call.isOpen,
      positional: Math.max(before.positional, call.positional),
      isRecursive: before.isRecursive && call.isRecursive,
    });
  }
  return [...byKey.values()];
}

/** The node at `path` and those that are built with it. */
async function judgedBelow(
  context: CheckContext,
  call: Instantiation,
  path: string,
  depth: number,
): Promise<Finding[]> {
  const node = context.value(path);
  if (!isPlainMap(node) || depth > MAX_DEPTH) return [];
  const found = typeof node['_target_'] === 'string' ? await judged(context, call, path, node) : [];
  if (!call.isRecursive || node['_recursive_'] === false) return found;
  const inner: Instantiation = { ...call, added: new Set(), isOpen: false, positional: 0 };
  for (const [key, child] of Object.entries(node))
    if (!HYDRAS.has(key) && isPlainMap(child))
      found.push(...(await judgedBelow(context, inner, `${path}.${key}`, depth + 1)));
  return found;
}

async function judged(
  context: CheckContext,
  call: Instantiation,
  path: string,
  node: PlainMap,
): Promise<Finding[]> {
  const target = String(node['_target_']);
  const isPartial = node['_partial_'] === true || call.added.has('_partial_');
  const signature = isPartial ? undefined : await context.project?.signature(target);
  if (signature === undefined) return [];
  const given = givenKeys(context, path, node);
  return [
    ...given
      .filter((key) => !call.changed.has(`${path}.${key}`))
      .flatMap((key) => unknown(context, { path, key, signature, given })),
    ...missing(context, { call, path, node, signature, given }),
  ];
}

/** Includes those whose value cannot be resolved. */
function givenKeys({ survey }: CheckContext, path: string, node: PlainMap): string[] {
  const written = valueAt(survey.unresolved, path);
  const keys = [...Object.keys(node), ...(isPlainMap(written) ? Object.keys(written) : [])];
  return [...new Set(keys)].filter((key) => !HYDRAS.has(key));
}

interface Given {
  readonly path: string;
  readonly signature: Signature;
  readonly given: readonly string[];
}

function unknown(
  context: CheckContext,
  { path, key, signature, given }: Given & { readonly key: string },
): Finding[] {
  const { parameters, isOpen, name } = signature;
  if (isOpen || parameters.some((each) => each.name === key)) return [];
  const free = parameters.map((each) => each.name).filter((each) => !given.includes(each));
  const meant = free.find((each) => isSlip(key, each));
  const guess = meant === undefined ? '' : ` Did you mean ${meant}?`;
  const message = `${name} does not accept the argument ${key}, so the training ends with a TypeError when Hydra builds ${path}.${guess} It accepts ${listed(parameters)}`;
  const fixes =
    meant === undefined ? [] : fixOf(`Rename it to ${meant}`, context.rename(`${path}.${key}`, meant));
  const span = context.keySpan(`${path}.${key}`);
  return [context.finding('argument-unknown', span, message, { related: related(signature), fixes })];
}

function missing(
  context: CheckContext,
  { call, path, node, signature, given }: Given & { readonly call: Instantiation; readonly node: PlainMap },
): Finding[] {
  if (call.isOpen) return [];
  const positional = Array.isArray(node['_args_']) ? node['_args_'].length : 0;
  const lacking = signature.parameters
    .slice(positional + call.positional)
    .filter((each) => each.default === undefined && !given.includes(each.name) && !call.added.has(each.name))
    .filter((each) => !call.changed.has(`${path}.${each.name}`));
  if (lacking.length === 0) return [];
  const names = lacking.map(({ name }) => name).join(', ');
  const [it, is] = lacking.length === 1 ? ['it', 'is'] : ['they', 'are'];
  const message = `${signature.name} requires ${names}, but ${it} ${is} not given, so the training ends with a TypeError when Hydra builds ${path}`;
  const calls = { span: sourceSpan(call.place), message: `built here (${sourceName(call.place)})` };
  const span = context.span(`${path}._target_`);
  return [context.finding('argument-missing', span, message, { related: [...related(signature), calls] })];
}

function related({ name, place }: Signature) {
  return [{ span: sourceSpan(place), message: `${name} is defined here (${sourceName(place)})` }];
}

function listed(parameters: readonly PythonParameter[]): string {
  const names = parameters.map(({ name }) => name);
  if (names.length === 0) return 'none';
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return names.slice(0, SHOWN).join(', ') + more;
}
