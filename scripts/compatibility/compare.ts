/** One case on both sides: what Hydra gave and what `compose` gives, as values that compare exactly. */
import { join } from 'node:path';
import { RegripError } from '../../engine/base/errors.js';
import { type Plain, PyFloat } from '../../engine/base/plain.js';
import { composeProject } from '../../engine/project/composeProject.js';
import type { Case } from './cases.js';

/** JSON with tags for what JSON lacks; `scripts/compatibility/hydra_peer.py` writes the same. */
export type Tagged =
  | null
  | boolean
  | string
  | readonly Tagged[]
  | { readonly int: string }
  | { readonly float: string }
  | { readonly map: readonly (readonly [string, Tagged])[] };

export interface PeerAnswer {
  readonly unresolved?: Tagged;
  readonly resolved?: Tagged;
  readonly resolve_error?: string;
  readonly compose_error?: string;
}

export type Outcome =
  /** Up to values that only a run of the project's Python knows. */
  | { readonly kind: 'same'; readonly notEvaluated: number }
  | { readonly kind: 'both-refuse'; readonly theirs: string; readonly ours: string }
  /** Hydra lacks a plugin here, whose options we take as given. */
  | { readonly kind: 'plugin' }
  /** Hydra composes it, we say that we do not. */
  | { readonly kind: 'refused'; readonly ours: string }
  | { readonly kind: 'differs'; readonly what: string };

/** Refusals that name a construct which Hydra takes; any other where Hydra composes is a difference. */
const BY_NAME: ReadonlySet<string> = new Set(['unsupported', 'not-evaluated', 'config-too-large']);

const NOW = new Date(2026, 0, 2, 3, 4, 5);
/** Local time, as `datetime.fromisoformat` takes it. */
export const PEER_NOW = '2026-01-02T03:04:05';

const PLUGIN = /Could not find 'hydra\/(launcher|sweeper|job_logging|hydra_logging|env)\//;

export async function judge(test: Case, peer: PeerAnswer): Promise<Outcome> {
  const theirs = peer.compose_error ?? peer.resolve_error;
  try {
    const run = { folder: process.cwd(), jobName: 'train' };
    const options = { configRoot: test.dir, env: process.env, now: NOW, run };
    const ours = await composeProject(join(test.dir, `${test.config}.yaml`), test.overrides, options);
    if (theirs !== undefined && PLUGIN.test(theirs)) return { kind: 'plugin' };
    if (theirs !== undefined) return { kind: 'differs', what: `Hydra refuses it: ${theirs}` };
    const unknown = new Set(ours.notEvaluated?.map(({ path }) => path));
    const what =
      difference(tagged(ours.unresolved), peer.unresolved!, 'unresolved') ??
      difference(without(tagged(ours.resolved), unknown), without(peer.resolved!, unknown), 'resolved');
    return what === undefined ? { kind: 'same', notEvaluated: unknown.size } : { kind: 'differs', what };
  } catch (error) {
    if (!(error instanceof RegripError)) return { kind: 'differs', what: `ours fails: ${String(error)}` };
    const ours = `${error.code}: ${error.message}`;
    if (theirs !== undefined) return { kind: 'both-refuse', theirs, ours };
    return BY_NAME.has(error.code)
      ? { kind: 'refused', ours }
      : { kind: 'differs', what: `ours refuses it: ${ours}` };
  }
}

export function tagged(value: Plain): Tagged {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (value instanceof PyFloat) return { float: Object.is(value.value, -0) ? '-0.0' : String(value.value) };
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { int: String(value) } : { float: String(value) };
  if (Array.isArray(value)) return value.map(tagged);
  return { map: Object.entries(value).map(([key, item]) => [key, tagged(item)] as const) };
}

/** `value` with null for each of the values at `paths`. */
function without(value: Tagged, paths: ReadonlySet<string>, here = ''): Tagged {
  if (paths.has(here)) return null;
  const at = (key: string | number) => (here === '' ? String(key) : `${here}.${key}`);
  if (Array.isArray(value)) return value.map((item: Tagged, index) => without(item, paths, at(index)));
  if (!isMap(value)) return value;
  return { map: value.map.map(([key, item]) => [key, without(item, paths, at(key))] as const) };
}

/** The first place at which they differ. Keys may come in another order: JavaScript puts those that are numbers first. */
export function difference(ours: Tagged, theirs: Tagged, path: string): string | undefined {
  if (isMap(ours) && isMap(theirs)) {
    const [a, b] = [new Map(ours.map), new Map(theirs.map)];
    const lacking = [...b.keys()].find((key) => !a.has(key));
    if (lacking !== undefined) return `${path}.${lacking} is missing in ours`;
    const extra = [...a.keys()].find((key) => !b.has(key));
    if (extra !== undefined) return `${path}.${extra} is in ours only`;
    return first([...a], ([key, value]) => difference(value, b.get(key)!, `${path}.${key}`));
  }
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length)
    return first([...ours.entries()], ([i, value]) => difference(value, theirs[i]!, `${path}.${i}`));
  if (isFloat(ours) && isFloat(theirs) && Object.is(numberOf(ours.float), numberOf(theirs.float)))
    return undefined;
  const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
  return a === b ? undefined : `${path}: ours ${a}, Hydra's ${b}`;
}

function isMap(value: Tagged): value is { readonly map: readonly (readonly [string, Tagged])[] } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'map' in value;
}

function isFloat(value: Tagged): value is { readonly float: string } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'float' in value;
}

/** Python's `nan` and `inf` included. */
function numberOf(text: string): number {
  return Number(text.replace(/inf$/i, 'Infinity').replace(/InfinityInfinity$/, 'Infinity'));
}

function first<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
