/** Reads from a config what the entries of its action and its low-dimensional observations are called. */
import { asNumber, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { shownJson } from '../../base/shown.js';
import { optional, PolicyConfigError } from './config.js';
import { type Dimensions, hasNames, laidOut, type NamedDimensions, type Run } from './dimensions.js';
import { knownLayouts } from './knownLayouts.js';
import type { PolicySpec } from './spec.js';

export const ACTION_NAMES = ['regrip', 'action_names'] as const;
export const OBSERVATION_NAMES = ['regrip', 'observation_names'] as const;

/** Whether an error is about names of dimensions. */
export function isNamesPath(path: readonly string[]): boolean {
  return [ACTION_NAMES, OBSERVATION_NAMES].some((names) => names.every((step, at) => path[at] === step));
}

/** Of the action and each low-dimensional observation. */
type Widths = ReadonlyMap<string, number>;

/** `action` first, then the low-dimensional observations. */
export function fieldWidths({
  actionDim,
  observations,
}: Pick<PolicySpec, 'actionDim' | 'observations'>): Map<string, number> {
  const seen = observations.flatMap(({ key, type, shape }) =>
    type === 'low_dim' && shape.length === 1 ? [[key, shape[0]!] as const] : [],
  );
  return new Map([['action', actionDim], ...seen]);
}

/**
 * The config's `regrip` section first, then the names in `shape_meta`, then layouts of data sets that are known. Throws
 * `PolicyConfigError` where the user's own names contradict the widths.
 */
export function readDimensions(
  config: PlainMap,
  spec: Pick<PolicySpec, 'actionDim' | 'observations'>,
): NamedDimensions {
  const widths = fieldWidths(spec);
  const told = toldNames(config, widths);
  const layouts = knownLayouts(config, widths);
  const found = [...widths].flatMap(([field, width]) => {
    const dimensions = told.get(field) ?? shapeMetaNames(config, field, width) ?? layouts.get(field);
    return dimensions !== undefined && hasNames(dimensions) ? [[field, dimensions] as const] : [];
  });
  return Object.fromEntries(found);
}

/** Of the `regrip` section. */
function toldNames(config: PlainMap, widths: Widths): Map<string, Dimensions> {
  const told = new Map<string, Dimensions>();
  const action = optional(config, ACTION_NAMES) ?? null;
  if (action !== null) told.set('action', readNames(action, ACTION_NAMES, widths.get('action')!));
  const seen = optional(config, OBSERVATION_NAMES) ?? null;
  if (seen === null) return told;
  if (!isPlainMap(seen))
    throw new PolicyConfigError(
      OBSERVATION_NAMES,
      `is ${shownJson(seen)}, expected a mapping of observations`,
    );
  for (const [key, names] of Object.entries(seen)) {
    const path = [...OBSERVATION_NAMES, key];
    const width = key === 'action' ? undefined : widths.get(key);
    if (width === undefined) {
      const known = [...widths.keys()].slice(1).join(', ') || 'none';
      throw new PolicyConfigError(
        path,
        `names no low-dimensional observation of the policy (it has ${known})`,
      );
    }
    told.set(key, readNames(names, path, width));
  }
  return told;
}

const HINT =
  'List each name, a name with how many entries it has (pose: 7), or a number of entries without a name.';
/** Whether a map can refer to it, beside its other words. */
export function isName(text: string): boolean {
  return /^[^\s=,:@]+$/.test(text) && text !== 'new' && !/^\d+$/.test(text);
}

/** Far above real robots; names are looked up one by one. */
const MAX_RUNS = 4096;

function readNames(value: Plain, path: readonly string[], width: number): Dimensions {
  const runs = runsOf(value, path);
  if (runs.length > MAX_RUNS)
    throw new PolicyConfigError(path, `has ${runs.length} entries, expected ${MAX_RUNS} at most`);
  const names = runs.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new PolicyConfigError(path, `names ${shownJson(twice)} twice`);
  const total = runs.reduce((sum, run) => sum + run.width, 0);
  if (total === width) return laidOut(runs);
  const what = path.at(-1) === ACTION_NAMES[1] ? 'the action' : path.at(-1);
  throw new PolicyConfigError(path, `names ${total} dimensions, but ${what} has ${width}`, HINT);
}

/** A list of names, `name: width` and numbers, or a mapping of names to widths. */
function runsOf(value: Plain, path: readonly string[]): Run[] {
  if (isPlainMap(value)) return Object.entries(value).map(([name, width]) => run(name, width, path));
  if (!Array.isArray(value))
    throw new PolicyConfigError(path, `is ${shownJson(value)}, expected a list of names`, HINT);
  return value.flatMap((entry: Plain) => {
    if (typeof entry === 'string') return [run(entry, 1, path)];
    if (isPlainMap(entry)) return Object.entries(entry).map(([name, width]) => run(name, width, path));
    return [{ width: widthIn(entry, path) }];
  });
}

function run(name: string, width: Plain, path: readonly string[]): Run {
  if (isName(name)) return { name, width: widthIn(width, path) };
  const found = `has ${shownJson(name)}, which cannot be a name: spaces, = , : @ and numbers have other meanings in --map`;
  throw new PolicyConfigError(path, found);
}

function widthIn(value: Plain, path: readonly string[]): number {
  const width = asNumber(value);
  if (width !== undefined && Number.isSafeInteger(width) && width > 0) return width;
  throw new PolicyConfigError(path, `has ${shownJson(value)}, expected a name or a number of entries`, HINT);
}

/** As LeRobot's features have them, a list or a list below one more key; ignored where they are not as many as the entries. */
function shapeMetaNames(config: PlainMap, field: string, width: number): Dimensions | undefined {
  const below = field === 'action' ? [field] : ['obs', field];
  const value = optional(config, ['policy', 'shape_meta', ...below, 'names']);
  const only = isPlainMap(value) && Object.keys(value).length === 1 ? Object.values(value)[0] : value;
  return Array.isArray(only) ? listedNames(only, width) : undefined;
}

/** One name an entry, as data sets list them; undefined where the list is not one of as many different names. */
export function listedNames(names: readonly Plain[], width: number): Dimensions | undefined {
  const isList = names.length === width && names.every((name) => typeof name === 'string' && name !== '');
  if (!isList || width > MAX_RUNS || new Set(names).size !== width) return undefined;
  return laidOut(names.map((name) => ({ name: name as string, width: 1 })));
}
