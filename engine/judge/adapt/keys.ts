/** Decides the fate of one key: along which axis it follows the actions or the observations, and what fills the rest. */

import { isFloat } from '../../formats/checkpoint/floats.js';
import type { TensorInfo, TorchDtype } from '../../formats/checkpoint/types.js';
import { JudgeError } from '../judgeError.js';
import { sameShape } from '../policy/compatibility.js';
import type { DimensionRange } from '../policy/dimensions.js';
import { type AxisSegment, type PolicyFamily, renamedKey } from '../policy/family.js';
import { FIXED_STATISTICS } from '../policy/limits.js';
import { isNormalizerKey, statisticOf } from '../policy/normalizer.js';
import { bareKey } from '../policy/prefixes.js';
import type { ParameterSpec } from '../policy/spec.js';
import type { DimensionMaps } from './dimensions.js';
import {
  type AxisSource,
  axisSource,
  fieldOf,
  isIdentity,
  lostIndices,
  type ObservationMatch,
} from './sources.js';
import { ranges } from './text.js';
import type { Fill, KeyPlan, Loss, PlanInput } from './types.js';

/** What is known while the keys are planned, one after the other. */
export interface Context extends PlanInput {
  readonly family: PolicyFamily;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly matches: readonly ObservationMatch[];
  readonly maps: DimensionMaps;
  /** Of keys that the old policy does not have. */
  readonly dtype: TorchDtype;
  /** Filled while planning. */
  readonly losses: Loss[];
}

/** The fate of one entry of the new state dict; what it loses is noted in `context.losses`. */
export function planKey(entry: ParameterSpec, context: Context): KeyPlan {
  const dtype = freshDtype(entry, context);
  const target = { key: entry.key, shape: entry.shape, dtype, ...(entry.alias && { alias: entry.alias }) };
  const fresh = () => freshFill(entry, context); // asked only where it is needed: a family need not know every value
  if (context.options.strategy === 'reinit' && isOfActionLayer(entry, context)) {
    return { ...target, fate: 'initialised', fill: fresh(), why: 'the action layers are re-initialised' };
  }
  const oldKey = oldName(entry.alias ?? entry.key, context);
  if (oldKey === undefined || isOfNewEncoder(entry, context))
    return { ...target, fate: 'initialised', fill: fresh(), why: 'a new observation' };
  const source = context.tensors.get(oldKey);
  if (source === undefined) {
    const identity = passingOn(entry, context);
    if (identity !== undefined) return { ...target, fate: 'initialised', ...identity };
    return unfounded(entry, { ...target, fill: fresh() }, 'the old policy has none', context);
  }
  const change = axisChange(entry.key, oldKey, context);
  if (change !== undefined && fits(source, entry, change)) {
    noteLostIndices(entry, source, change, context);
    if (isIdentity(change.from, source.shape[change.axis]!)) return copied(target, source);
    requireFloat(source, context);
    return {
      ...target,
      dtype: source.dtype,
      fate: 'widened',
      source,
      axis: change.axis,
      from: change.from,
      ...(change.names.length > 0 && { names: change.names }),
      fill: change.startsSilent ? { kind: 'constant', value: 0 } : fresh(),
    };
  }
  if (sameShape(source.shape, entry.shape)) return copied(target, source);
  const what = `[${source.shape.join(', ')}] does not fit [${entry.shape.join(', ')}]`;
  return unfounded(entry, { ...target, fill: fresh() }, what, context);
}

type Target = Pick<KeyPlan, 'key' | 'shape' | 'dtype' | 'alias'>;

function isOfActionLayer({ key }: ParameterSpec, { family }: Context): boolean {
  const bare = bareKey(key);
  return family.actionLayers.some((layer) => bare === `${layer}.weight` || bare === `${layer}.bias`);
}

/** What all cameras share belongs to none of them: it is new where the old policy had no camera, and nothing of that name. */
function isOfNewEncoder({ key, alias }: ParameterSpec, { family, old, spec, tensors }: Context): boolean {
  if (old.observations.some(({ type }) => type === 'rgb') || tensors.has(alias ?? key)) return false;
  return family.placeOf(key, spec).part === 'encoder';
}

function copied(target: Target, source: TensorInfo): KeyPlan {
  return { ...target, dtype: source.dtype, fate: 'copied', source };
}

/** What takes the place of an old tensor keeps its dtype; statistics are not rounded where there were none. */
function freshDtype({ key, alias, dtype }: ParameterSpec, context: Context): TorchDtype {
  if (dtype === 'int64') return dtype;
  const before = context.tensors.get(oldName(alias ?? key, context) ?? '')?.dtype;
  if (before !== undefined && isFloat(before)) return before;
  return isNormalizerKey(key) ? 'float32' : context.dtype;
}

/** Judged in the plan, so that a dry run says it too. */
function requireFloat({ key, dtype }: TensorInfo, { index }: Context): void {
  if (isFloat(dtype)) return;
  throw new JudgeError({
    code: 'widen-dtype',
    file: index.path,
    message: `${key} is ${dtype}: new entries can be added to float32, float16, bfloat16 and float64 only`,
    hint: 'Save the old policy as floats (policy.float()) and adapt that checkpoint.',
  });
}

/** An entry that starts anew although the old policy should have had it: a loss, unless it only follows from the config. */
function unfounded(
  entry: ParameterSpec,
  target: Target & { readonly fill: Fill },
  what: string,
  context: Context,
): KeyPlan {
  if (entry.kind === 'buffer') return { ...target, fate: 'initialised', why: 'follows from the new config' };
  if (entry.alias === undefined) context.losses.push({ key: entry.key, what });
  return { ...target, fate: 'initialised', why: what };
}

interface AxisChange {
  readonly axis: number;
  readonly from: AxisSource;
  /** What is new there must say nothing until it is trained, so that the old behaviour is kept exactly. */
  readonly startsSilent: boolean;
  /** What stands where along it, where that has names. */
  readonly names: readonly DimensionRange[];
}

/** Along which axis an entry follows the actions or the observations, and where its parts come from. */
function axisChange(
  key: string,
  oldKey: string,
  { family, old, spec, matches, maps }: Context,
): AxisChange | undefined {
  const [before, now] = [family.axisOf(oldKey, old), family.axisOf(key, spec)];
  if (before === undefined || now === undefined || before.axis !== now.axis) return undefined;
  const from = axisSource(before.segments, now.segments, matches, maps);
  return { axis: now.axis, from, startsSilent: now.startsSilent, names: namesAlong(now.segments, maps) };
}

/** The action's names, and those of observations that go on. */
function namesAlong(segments: readonly AxisSegment[], maps: DimensionMaps): DimensionRange[] {
  let start = 0;
  return segments.flatMap((segment) => {
    const [here, field] = [start, fieldOf(segment)];
    start += segment.width;
    const map = field === undefined ? undefined : maps.get(field);
    if (map === undefined || map.from.length !== segment.width) return [];
    const named = map.now.filter(({ name }) => name !== undefined);
    return named.map((range) => ({ ...range, start: here + range.start }));
  });
}

/** Where the old policy had no layer but passed its input on, the new one begins by doing so: an identity on the old channels. */
function passingOn(
  { key, shape }: ParameterSpec,
  { family, old, spec, matches, maps }: Context,
): Pick<Extract<KeyPlan, { fate: 'initialised' }>, 'fill' | 'why'> | undefined {
  const before = family.passedOn?.(key, old);
  if (before === undefined) return undefined;
  const why = 'the old policy passed its input on unchanged there, which the new layer begins with';
  if (shape.length === 1) return { fill: { kind: 'constant', value: 0 }, why };
  const from = axisSource(before, family.axisOf(key, spec)!.segments, matches, maps);
  const values = () => {
    const weight = new Float32Array(shape.reduce((count, size) => count * size, 1));
    from.forEach((channel, column) => {
      if (channel !== null) weight[channel * from.length + column] = 1;
    });
    return weight;
  };
  return { fill: { kind: 'computed', values }, why };
}

/** Layers that neither policy has: what one passes on unchanged the other would pass on in another order. */
export function movedShortcuts({ family, old, spec, matches, maps }: Context): Loss[] {
  const { shortcuts = [] } = family;
  const keys = typeof shortcuts === 'function' ? shortcuts(spec) : shortcuts;
  return keys.flatMap((key) => {
    const [before, now] = [family.passedOn?.(key, old), family.passedOn?.(key, spec)];
    if (before === undefined || now === undefined) return [];
    const from = axisSource(before, now, matches, maps);
    const moved = from.flatMap((source, index) => (source === index ? [] : [index]));
    if (moved.length === 0) return [];
    const what = `there is no such layer in either policy: what is read is passed on unchanged, and entries ${ranges(moved)} of it would stand for something else`;
    return [{ key, what }];
  });
}

/** All other axes are the same, and every old index that is asked for exists. */
function fits(source: TensorInfo, entry: ParameterSpec, { axis, from }: AxisChange): boolean {
  if (source.shape.length !== entry.shape.length) return false;
  const others = source.shape.every((size, index) => index === axis || size === entry.shape[index]);
  return others && from.every((old) => old === null || old < source.shape[axis]!);
}

function noteLostIndices(entry: ParameterSpec, source: TensorInfo, change: AxisChange, context: Context) {
  const lost = lostIndices(change.from, source.shape[change.axis]!);
  if (lost.length === 0) return;
  const [one, many] = change.axis === 0 ? ['entry', 'entries'] : ['column', 'columns'];
  const what = lost.length === 1 ? `${one} ${lost[0]} has` : `${many} ${ranges(lost)} have`;
  context.losses.push({ key: entry.key, what: `${what} no place in the new policy` });
}

/** What a whole new tensor of this name would hold. */
function freshFill(entry: ParameterSpec, { family, spec }: Context): Fill {
  if (entry.kind !== 'normalizer') return family.initialRule(entry, spec);
  const name = family.placeOf(entry.key, spec).of?.name;
  const field = spec.normalizer.find((each) => each.name === name)!;
  const statistic = statisticOf(entry.key)!;
  return field.range === 'fitted'
    ? { kind: 'fitted', field: field.name, statistic }
    : { kind: 'constant', value: FIXED_STATISTICS[field.range][statistic][0]! };
}

/** The old name of a new key; undefined when it belongs to an observation that the old policy did not have. */
function oldName(key: string, { family, matches, spec, old }: Context): string | undefined {
  const { part, of } = family.placeOf(key, spec);
  if (of === undefined || (part === 'normalizer' && of.name === 'action')) return key;
  const match = matches.find(({ now }) => now.key === of.name);
  if (match === undefined && part === 'normalizer') return key; // a field that no policy of the project sees
  const before = match?.before;
  return before && renamedKey(key, of, family.nameInKeys?.(before.key, old) ?? before.key);
}

/** Old keys that no new one continues. */
export function droppedKeys(context: Context, keys: readonly KeyPlan[]): string[] {
  const used = new Set(keys.map(({ key }) => oldName(key, context)));
  return [...context.tensors.keys()].filter((key) => !used.has(key));
}
