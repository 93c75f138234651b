/** Decides each key's fate when an old checkpoint becomes the policy that a new config describes. Reads no tensor. */
import { RegripError, UsageError } from '../base/errors.js';
import type { CheckpointIndex, TensorInfo } from '../formats/checkpoint/types.js';
import { sameShape } from '../policy/compatibility.js';
import type { ParameterSpec, PolicySpec } from '../policy/spec.js';
import { booleanAt } from '../policy/specConfig.js';
import { initialRule } from '../policy/specInitial.js';
import { planOptimizer } from './planOptimizer.js';
import {
  type AxisSource,
  conditionSource,
  extended,
  isIdentity,
  lostIndices,
  matchObservations,
  type ObservationMatch,
  suggestRenames,
} from './planSources.js';
import {
  type AdaptOptions,
  type AdaptPlan,
  type Fill,
  type KeyPlan,
  type Loss,
  type PlanInput,
  STATISTICS,
} from './planTypes.js';

/** The adaptation would lose something of the old policy, and that was not allowed. */
export class AdaptationLoss extends RegripError {
  constructor(
    readonly losses: readonly Loss[],
    renames: ReadonlyMap<string, string>,
  ) {
    const shown = losses.slice(0, 12).map(({ key, what }) => `\n    ${key}: ${what}`);
    const more = losses.length > shown.length ? `\n    … and ${losses.length - shown.length} more` : '';
    const suggestion = [...renames].map(([from, to]) => `--rename ${from}=${to}`).join(' ');
    super({
      code: 'adaptation-loss',
      message: `the new config would lose ${losses.length} part(s) of the old policy:${shown.join('')}${more}`,
      hint:
        suggestion === ''
          ? 'Change the config so that it keeps them, or give --allow-drop to go on without them.'
          : `Shapes match under another name: try ${suggestion}. Or give --allow-drop to go on without them.`,
    });
  }
}

/** Throws `AdaptationLoss` unless `allowDrop`; other errors name what the old file lacks. */
export function planAdaptation(input: PlanInput): AdaptPlan {
  const { index, old, spec, options } = input;
  checkRenames(old, spec, options.rename);
  const tensors = oldTensors(index, options);
  const matches = matchObservations(old.observations, spec.observations, options.rename);
  const context: Context = {
    ...input,
    tensors,
    matches,
    condition: conditionSource(old.observations, matches),
    action: extended(old.actionDim, spec.actionDim),
    losses: [],
  };
  const keys = spec.parameters.map((entry) => planKey(entry, context));
  const dropped = droppedKeys(context, keys);
  const losses = [
    ...changedMeaning(old, spec),
    ...context.losses,
    ...dropped.map((key) => ({ key, what: 'not in the new policy' })),
  ];
  const suggestedRenames = suggestRenames(old, matches);
  if (losses.length > 0 && !options.allowDrop) throw new AdaptationLoss(losses, suggestedRenames);
  return {
    strategy: options.strategy,
    weights: options.weights,
    oldActionDim: old.actionDim,
    newActionDim: spec.actionDim,
    keys,
    dropped,
    losses,
    optimizer: planOptimizer(input, new Map(keys.map((plan) => [plan.key, plan]))),
    stateDicts: booleanAt(input.newConfig, ['training', 'use_ema'], true)
      ? ['model', 'ema_model']
      : ['model'],
    fittedFields: fittedFields(keys),
    keptFields: keptFields(keys, spec),
    suggestedRenames,
  };
}

interface Context extends PlanInput {
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  readonly matches: readonly ObservationMatch[];
  readonly condition: AxisSource;
  readonly action: AxisSource;
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
/** Upstream's constants for images, which are in 0 … 1 before they are normalised. */
const IMAGE_RANGE = { offset: -1, scale: 2, max: 1, mean: 0.5, min: 0, std: Math.sqrt(1 / 12) } as const;

function planKey(entry: ParameterSpec, context: Context): KeyPlan {
  const target = { key: entry.key, shape: entry.shape, ...(entry.alias && { alias: entry.alias }) };
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
    if (isIdentity(change.from, source.shape[change.axis]!)) return { ...target, fate: 'copied', source };
    const silent = SILENT_COLUMNS.includes(entry.key);
    return {
      ...target,
      fate: 'widened',
      source,
      ...change,
      fill: silent ? { kind: 'constant', value: 0 } : fill,
    };
  }
  if (sameShape(source.shape, entry.shape)) return { ...target, fate: 'copied', source };
  const what = `[${source.shape.join(', ')}] does not fit [${entry.shape.join(', ')}]`;
  return unfounded(entry, { ...target, fill }, what, context);
}

/** An entry that starts anew although the old policy should have had it: a loss, unless it only follows from the config. */
function unfounded(
  entry: ParameterSpec,
  target: { readonly key: string; readonly shape: readonly number[]; readonly fill: Fill },
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
  return image ? { kind: 'constant', value: IMAGE_RANGE[statistic] } : { kind: 'fitted', field, statistic };
}

/** The observation (or `action`) in a key, and whether it is the normaliser's or an encoder's. */
function observationOf(key: string): { readonly normalizer?: string; readonly encoder?: string } | undefined {
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

function droppedKeys(context: Context, keys: readonly KeyPlan[]): string[] {
  const used = new Set(keys.map(({ key }) => oldName(key, context)));
  return [...context.tensors.keys()].filter((key) => !used.has(key));
}

/** The tensors are named alike but would be used differently. */
function changedMeaning(old: PolicySpec, spec: PolicySpec): Loss[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['policy.n_head', old.heads, spec.heads],
    ['policy.causal_attn', old.causalAttention, spec.causalAttention],
    ...(['trainTimesteps', 'betaStart', 'betaEnd', 'betaSchedule', 'predictionType'] as const).map(
      (name) => [`policy.noise_scheduler (${name})`, old.scheduler[name], spec.scheduler[name]] as const,
    ),
  ];
  return pairs
    .filter(([, before, now]) => before !== now)
    .map(([key, before, now]) => ({ key, what: `was ${before} in the old training and is ${now} now` }));
}

function oldTensors(index: CheckpointIndex, { weights }: AdaptOptions): Map<string, TensorInfo> {
  const name = weights === 'ema' ? 'ema_model' : 'model';
  const tensors = index.stateDicts[name];
  if (tensors !== undefined) return new Map(tensors.map((tensor) => [tensor.key, tensor]));
  throw new RegripError({
    code: 'no-such-weights',
    file: index.path,
    message: `has no state dict ${name} (it has ${Object.keys(index.stateDicts).join(', ') || 'none'})`,
    hint: weights === 'ema' ? 'It was trained without EMA: give --weights model.' : 'Give --weights ema.',
  });
}

function checkRenames(old: PolicySpec, spec: PolicySpec, rename: ReadonlyMap<string, string>): void {
  const has = (policy: PolicySpec, key: string) => policy.observations.some((obs) => obs.key === key);
  const names = (policy: PolicySpec) => policy.observations.map((obs) => obs.key).join(', ');
  for (const [from, to] of rename) {
    const call = `--rename ${from}=${to}`;
    if (!has(old, from))
      throw new UsageError(`${call}: the old policy has no ${from} (it has ${names(old)})`);
    if (!has(spec, to)) throw new UsageError(`${call}: the new config has no ${to} (it has ${names(spec)})`);
    if (!rename.has(to) && has(old, to)) {
      throw new UsageError(`${call}: the old policy has an observation ${to} of its own`);
    }
  }
}

function fittedFields(keys: readonly KeyPlan[]): string[] {
  const fields = keys.flatMap((plan) =>
    plan.fate !== 'copied' && plan.fill.kind === 'fitted' ? [plan.fill.field] : [],
  );
  return [...new Set(fields)];
}

/** Low-dimensional fields (and `action`) of which something is kept. */
function keptFields(keys: readonly KeyPlan[], spec: PolicySpec): string[] {
  const images = spec.observations.filter((obs) => obs.type === 'rgb').map((obs) => obs.key);
  const fields = keys.flatMap((plan) =>
    plan.fate === 'initialised' ? [] : (observationOf(plan.key)?.normalizer ?? []),
  );
  return [...new Set(fields)].filter((field) => !images.includes(field));
}
