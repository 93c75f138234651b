/** Decides the fate of one key: along which axis it follows the actions or the observations, and what fills the rest. */
import { RegripError } from '../../base/errors.js';
import { isFloat } from '../../formats/checkpoint/floats.js';
import type { TensorInfo, TorchDtype } from '../../formats/checkpoint/types.js';
import { sameShape } from '../policy/compatibility.js';
import { initialRule } from '../policy/initial.js';
import { IMAGE_STATISTICS } from '../policy/limits.js';
import type { ParameterSpec } from '../policy/spec.js';
import { type AxisSource, extended, isIdentity, lostIndices, type ObservationMatch } from './sources.js';
import { type Fill, type KeyPlan, type Loss, type PlanInput, STATISTICS } from './types.js';

/** What is known while the keys are planned, one after the other. */
export interface Context extends PlanInput {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly matches: readonly ObservationMatch[];
  readonly condition: AxisSource;
  readonly action: AxisSource;
  /** Of keys that the old policy does not have. */
  readonly dtype: TorchDtype;
  /** Filled while planning. */
  readonly losses: Loss[];
}

/** The layers that read and write actions. */
const ACTION_LAYERS = [
  'model.input_emb.weight',
  'model.input_emb.bias',
  'model.head.weight',
  'model.head.bias',
];
/** Layers whose new columns must say nothing until they are trained, so that the old behaviour is kept exactly. */
const SILENT_COLUMNS = ['model.input_emb.weight', 'model.cond_obs_emb.weight'];

/** The fate of one entry of the new state dict; what it loses is noted in `context.losses`. */
export function planKey(entry: ParameterSpec, context: Context): KeyPlan {
  const dtype = freshDtype(entry, context);
  const target = { key: entry.key, shape: entry.shape, dtype, ...(entry.alias && { alias: entry.alias }) };
  const fill = freshFill(entry, context);
  if (context.options.strategy === 'reinit' && ACTION_LAYERS.includes(entry.key)) {
    return { ...target, fate: 'initialised', fill, why: 'the action layers are drawn anew' };
  }
  const oldKey = oldName(entry.alias ?? entry.key, context);
  if (oldKey === undefined) return { ...target, fate: 'initialised', fill, why: 'a new observation' };
  const source = context.tensors.get(oldKey);
  if (source === undefined) return unfounded(entry, { ...target, fill }, 'the old policy has none', context);
  const change = axisChange(entry, context);
  if (change !== undefined && fits(source, entry, change)) {
    noteLostIndices(entry, source, change, context);
    if (isIdentity(change.from, source.shape[change.axis]!)) return copied(target, source);
    requireFloat(source, context);
    const silent = SILENT_COLUMNS.includes(entry.key);
    return {
      ...target,
      dtype: source.dtype,
      fate: 'widened',
      source,
      ...change,
      fill: silent ? { kind: 'constant', value: 0 } : fill,
    };
  }
  if (sameShape(source.shape, entry.shape)) return copied(target, source);
  const what = `[${source.shape.join(', ')}] does not fit [${entry.shape.join(', ')}]`;
  return unfounded(entry, { ...target, fill }, what, context);
}

type Target = Pick<KeyPlan, 'key' | 'shape' | 'dtype' | 'alias'>;

function copied(target: Target, source: TensorInfo): KeyPlan {
  return { ...target, dtype: source.dtype, fate: 'copied', source };
}

/** What takes the place of an old tensor keeps its dtype; statistics are not rounded where there were none. */
function freshDtype({ key, alias }: ParameterSpec, context: Context): TorchDtype {
  const before = context.tensors.get(oldName(alias ?? key, context) ?? '')?.dtype;
  if (before !== undefined && isFloat(before)) return before;
  return observationOf(key)?.normalizer === undefined ? context.dtype : 'float32';
}

/** Judged in the plan, so that a dry run says it too. */
function requireFloat({ key, dtype }: TensorInfo, { index }: Context): void {
  if (isFloat(dtype)) return;
  throw new RegripError({
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
}

/** Along which axis an entry follows the actions or the observations, and where its parts come from. */
function axisChange({ key }: ParameterSpec, context: Context): AxisChange | undefined {
  if (key === 'model.input_emb.weight') return { axis: 1, from: context.action };
  if (key === 'model.cond_obs_emb.weight') return { axis: 1, from: context.condition };
  if (key === 'model.head.weight' || key === 'model.head.bias') return { axis: 0, from: context.action };
  const field = observationOf(key)?.normalizer;
  if (field === undefined) return undefined;
  if (field === 'action') return { axis: 0, from: context.action };
  const match = context.matches.find(({ now }) => now.key === field);
  if (match?.now.type !== 'low_dim' || match.before === undefined) return undefined;
  return { axis: 0, from: extended(match.before.shape[0]!, match.now.shape[0]!) };
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
  const what = change.axis === 0 ? 'entries' : 'columns';
  context.losses.push({ key: entry.key, what: `${what} ${lost.join(', ')} have no place in the new policy` });
}

/** What a whole new tensor of this name would hold. */
function freshFill(entry: ParameterSpec, { spec, matches }: Context): Fill {
  const field = observationOf(entry.key)?.normalizer;
  if (field === undefined) return initialRule(spec, entry);
  const statistic = STATISTICS.find((name) => entry.key.endsWith(`.${name}`))!;
  const image = matches.some(({ now }) => now.key === field && now.type === 'rgb');
  return image
    ? { kind: 'constant', value: IMAGE_STATISTICS[statistic][0]! }
    : { kind: 'fitted', field, statistic };
}

/** The observation (or `action`) in a key, and whether it is the normaliser's or an encoder's. */
export function observationOf(
  key: string,
): { readonly normalizer?: string; readonly encoder?: string } | undefined {
  const normalizer = /^normalizer\.params_dict\.([^.]+)\./.exec(key)?.[1];
  if (normalizer !== undefined) return { normalizer };
  const encoder = /^obs_encoder\.obs_nets\.([^.]+)\./.exec(key)?.[1];
  return encoder === undefined ? undefined : { encoder };
}

/** The old name of a new key; undefined when it belongs to an observation that the old policy did not have. */
function oldName(key: string, { matches }: Pick<Context, 'matches'>): string | undefined {
  const found = observationOf(key);
  const name = found?.normalizer ?? found?.encoder;
  if (name === undefined || name === 'action') return key;
  const before = matches.find(({ now }) => now.key === name)?.before;
  return before && key.replace(`.${name}.`, `.${before.key}.`);
}

/** Old keys that no new one continues. */
export function droppedKeys(context: Context, keys: readonly KeyPlan[]): string[] {
  const used = new Set(keys.map(({ key }) => oldName(key, context)));
  return [...context.tensors.keys()].filter((key) => !used.has(key));
}
