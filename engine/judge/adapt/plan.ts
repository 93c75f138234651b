/** Decides each key's fate when an old checkpoint becomes the policy that a new config describes. Reads no tensor. */

import { counted } from '../../base/counted.js';
import { RegripError, UsageError } from '../../base/errors.js';
import { commandLine } from '../../base/shell.js';
import { isFloat } from '../../formats/checkpoint/floats.js';
import type { CheckpointIndex, TensorInfo, TorchDtype } from '../../formats/checkpoint/types.js';
import { JudgeError } from '../judgeError.js';
import { booleanAt, PolicyConfigError } from '../policy/config.js';
import { familyOfSpec } from '../policy/families.js';
import type { PolicyFamily } from '../policy/family.js';
import { asWritten } from '../policy/lerobot/asWritten.js';
import { isNormalizerKey } from '../policy/normalizer.js';
import { asBefore } from '../policy/savedNormalizer.js';
import type { PolicySpec } from '../policy/spec.js';
import { dimensionLosses, dimensionMaps, suggestedMaps } from './dimensions.js';
import { type Context, droppedKeys, movedShortcuts, planKey } from './keys.js';
import { planOptimizer } from './optimizer.js';
import { matchObservations, suggestRenames } from './sources.js';
import type { AdaptOptions, AdaptPlan, KeyPlan, Loss, PlanInput } from './types.js';

/** The call of `regrip adapt` with more of its options. */
type CallWith = (options: readonly string[]) => string;

/** The adaptation would lose something of the old policy, and that was not allowed. */
export class AdaptationLoss extends RegripError<'adaptation-loss'> {
  constructor(
    readonly losses: readonly Loss[],
    private readonly renames: ReadonlyMap<string, string>,
    private readonly maps: readonly string[] = [],
    callWith?: CallWith,
  ) {
    const shown = losses.slice(0, 12).map(({ key, what }) => `\n    ${key}: ${what}`);
    const more = losses.length > shown.length ? `\n    … and ${losses.length - shown.length} more` : '';
    super({
      code: 'adaptation-loss',
      message: `the new config would lose ${counted(losses.length, 'part')} of the old policy:${shown.join('')}${more}`,
      hint: hintOf(renames, maps, callWith),
    });
  }

  /** The same for who has no such options. */
  asCalled(callWith: CallWith): AdaptationLoss {
    return new AdaptationLoss(this.losses, this.renames, this.maps, callWith);
  }
}

function hintOf(
  renames: ReadonlyMap<string, string>,
  maps: readonly string[],
  callWith: CallWith = (options) => commandLine(options),
): string {
  const options = [
    ...[...renames].flatMap(([from, to]) => ['--rename', `${from}=${to}`]),
    ...maps.flatMap((text) => ['--map', text]),
  ];
  const drop = `give --allow-drop to continue without them${callWith([]) === '' ? '' : `: ${callWith(['--allow-drop'])}`}`;
  if (options.length === 0) return `Change the config so that it keeps them, or ${drop}.`;
  return `${maps.length > 0 ? 'Parts' : 'Shapes'} match under another name: try ${callWith(options)}. Or ${drop}.`;
}

/** Throws `AdaptationLoss` unless `allowDrop`; other errors name what the old file lacks. */
export function planAdaptation(given: PlanInput): AdaptPlan {
  const input = { ...given, spec: asBefore(given.spec, given.old) };
  const { index, old, spec, options } = input;
  const family = sameFamily(input);
  checkRenames(old, spec, options.rename);
  const tensors = oldTensors(index, options);
  const matches = matchObservations(old.observations, spec.observations, options.rename);
  const maps = dimensionMaps(old, spec, matches, options.map);
  const context: Context = {
    ...input,
    family,
    tensors,
    matches,
    maps,
    dtype: commonDtype([...tensors.values()]),
    losses: [],
  };
  const changed = changedMeaning(family, old, spec);
  const keys = plannedKeys(context, changed);
  const dropped = droppedKeys(context, keys);
  const losses = inFile(family, [
    ...changed,
    ...dimensionLosses(maps),
    ...movedShortcuts(context),
    ...context.losses,
    ...dropped.map((key) => ({ key, what: whyDropped(key, family, spec) })),
  ]);
  const added = matches.flatMap(({ now, before }) => (before === undefined ? [now.key] : []));
  const remarks = family.beginsOtherwise?.(old, spec, added) ?? [];
  const suggestedRenames = suggestRenames(old, matches);
  if (losses.length > 0 && !options.allowDrop)
    throw new AdaptationLoss(losses, suggestedRenames, suggestedMaps([...maps.values()]));
  return {
    strategy: options.strategy,
    weights: options.weights,
    oldActionDim: old.actionDim,
    newActionDim: spec.actionDim,
    dimensions: [...maps.values()],
    keys,
    dropped,
    losses,
    ...(remarks.length > 0 && { remarks }),
    optimizer: planOptimizer(input, new Map(keys.map((plan) => [plan.key, plan]))),
    stateDicts: hasEma(family, input) ? ['model', 'ema_model'] : ['model'],
    fittedFields: fittedFields(keys),
    keptFields: keptFields(keys, family, spec),
    derivedFields: spec.normalizer.flatMap(({ name, range }) => (range === 'derived' ? [name] : [])),
    suggestedRenames,
  };
}

/** Another model has no use for the old weights: that is told rather than that new ones would have to be downloaded. */
function plannedKeys(context: Context, changed: readonly Loss[]): KeyPlan[] {
  const { spec, options, losses } = context;
  try {
    return spec.parameters.map((entry) => planKey(entry, context));
  } catch (error) {
    const isTold = changed.length > 0 && !options.allowDrop && error instanceof PolicyConfigError;
    throw isTold ? new AdaptationLoss(inFile(context.family, [...changed, ...losses]), new Map(), []) : error;
  }
}

/** LeRobot's settings by the names of its config.json. */
function inFile({ trainedBy }: PolicyFamily, losses: readonly Loss[]): readonly Loss[] {
  if (trainedBy === undefined) return losses;
  return losses.map(({ key, what }) => ({ key: asWritten(key), what: asWritten(what) }));
}

/** Keys of one family mean nothing to another. */
function sameFamily({ index, old, spec }: PlanInput): PolicyFamily {
  const [before, now] = [familyOfSpec(old), familyOfSpec(spec)];
  if (before === now) return now;
  throw new JudgeError({
    code: 'other-family',
    file: index.path,
    message: `holds the weights of a ${before.name}, and the new config describes a ${now.name}: none of them can be kept`,
    hint: 'Give a new config of the same policy class, or train the new policy from scratch.',
  });
}

/** The tensors are named alike but would be used differently. What only one of the two says is not compared. */
function changedMeaning(family: PolicyFamily, old: PolicySpec, spec: PolicySpec): Loss[] {
  const before = new Map(family.comparedSettings(old).map(({ name, value }) => [name, value]));
  return family
    .comparedSettings(spec)
    .filter(({ name, value }) => before.has(name) && before.get(name) !== value)
    .map(({ name, value }) => ({
      key: name,
      what: `was ${before.get(name)} in the old training and is ${value} now`,
    }));
}

/** A layer can be gone because the widths on both its sides agree now. */
function whyDropped(key: string, family: PolicyFamily, spec: PolicySpec): string {
  const isPassedOn = family.passedOn?.(key, spec) !== undefined;
  const reason = ': its input is as wide as its output there, and is passed on unchanged';
  return `not in the new policy${isPassedOn ? reason : ''}`;
}

function oldTensors(index: CheckpointIndex, { weights }: AdaptOptions): Map<string, TensorInfo> {
  const name = weights === 'ema' ? 'ema_model' : 'model';
  const tensors = index.stateDicts[name];
  if (tensors !== undefined) return new Map(tensors.map((tensor) => [tensor.key, tensor]));
  throw new JudgeError({
    code: 'no-such-weights',
    file: index.path,
    message: `has no state dict ${name} (it has ${Object.keys(index.stateDicts).join(', ') || 'none'})`,
    hint: weights === 'ema' ? 'It was trained without EMA: give --weights model.' : 'Give --weights ema.',
  });
}

/** The one of all floating-point weights; float32, as upstream builds its policy, where they differ. */
function commonDtype(tensors: readonly TensorInfo[]): TorchDtype {
  const weights = tensors.filter(({ key, dtype }) => isFloat(dtype) && !isNormalizerKey(key));
  const dtypes = new Set(weights.map(({ dtype }) => dtype));
  return dtypes.size === 1 ? weights[0]!.dtype : 'float32';
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

function hasEma(family: PolicyFamily, { newConfig, spec }: PlanInput): boolean {
  return family.averagesItself?.(spec) !== true && booleanAt(newConfig, ['training', 'use_ema'], true);
}

function fittedFields(keys: readonly KeyPlan[]): string[] {
  const fields = keys.flatMap((plan) =>
    plan.fate !== 'copied' && plan.fill.kind === 'fitted' ? [plan.fill.field] : [],
  );
  return [...new Set(fields)];
}

/** Fields that are fitted on data, `action` among them, of which something is kept; no point clouds, which are large. */
function keptFields(keys: readonly KeyPlan[], { placeOf }: PolicyFamily, spec: PolicySpec): string[] {
  const { normalizer, observations } = spec;
  const fitted = new Set(normalizer.flatMap(({ name, range }) => (range === 'fitted' ? [name] : [])));
  for (const { key, type } of observations) if (type === 'point_cloud') fitted.delete(key);
  const kept = keys.flatMap(({ key, fate }) => {
    const { part, of } = placeOf(key, spec);
    return fate === 'initialised' || part !== 'normalizer' || of === undefined ? [] : [of.name];
  });
  return [...new Set(kept)].filter((name) => fitted.has(name));
}
