/** Turns a plan into the content of the new checkpoint; each tensor is read and made when its turn comes. */
import type { Plain, PlainMap } from '../base/plain.js';
import { dtypeFacts } from '../formats/checkpoint/dtypes.js';
import { floatBytes } from '../formats/checkpoint/floats.js';
import type {
  CheckpointContent,
  CheckpointFile,
  OptimizerSource,
  TensorSource,
} from '../formats/checkpoint/types.js';
import { addedIndices } from '../judge/adapt/text.js';
import type { AdaptPlan, Fill, KeyPlan } from '../judge/adapt/types.js';
import { runningOf } from '../judge/policy/batchNorm.js';
import { initialValues, type RandomSource } from '../judge/policy/initial.js';
import type { FieldStatistics } from '../judge/policy/limits.js';
import { isNormalizerKey } from '../judge/policy/normalizer.js';
import { type Wrapping, wrappedKey } from '../judge/policy/prefixes.js';
import { widen } from './widen.js';

interface WeightsInput {
  readonly file: CheckpointFile;
  readonly plan: AdaptPlan;
  /** Of every field in `plan.fittedFields`. */
  readonly statistics: ReadonlyMap<string, FieldStatistics>;
  /** A stream of its own for each position in the new state dict, so that a run repeats. */
  readonly random: (position: number) => RandomSource;
  /** What the new keys keep around their names. */
  readonly wrapping?: Pick<Wrapping, 'prefix' | 'inner'>;
}

interface WriteInput extends WeightsInput {
  /** The new config, interpolations as text. */
  readonly config: PlainMap;
}

/**
 * A complete checkpoint that upstream's own resume loads: both state dicts from the same old weights, the optimizer with the
 * new hyper-parameters, counters at 0. `_output_dir` is left out, since resuming would redirect the run to the old folder.
 */
export function adaptedContent(input: WriteInput): CheckpointContent {
  const { plan, config } = input;
  const stateDict = stateDictSources(input);
  return {
    config,
    stateDicts: Object.fromEntries(plan.stateDicts.map((name) => [name, stateDict])),
    optimizer: optimizerSource(input),
    pickles: { global_step: 0, epoch: 0, regrip_adaptation: adaptationRecord(plan) },
  };
}

/** The new policy's weights by its own names, in what is kept around them. */
export function stateDictSources(input: WeightsInput): TensorSource[] {
  return input.plan.keys.map((key, position) => named(tensorSource(key, position, input), input));
}

function named(source: TensorSource, { wrapping }: WeightsInput): TensorSource {
  if (wrapping === undefined) return source;
  const { key, alias } = source;
  return {
    ...source,
    key: wrappedKey(key, wrapping),
    ...(alias !== undefined && { alias: wrappedKey(alias, wrapping) }),
  };
}

/** What a trainer needs to treat new entries of inherited parameters differently. All plain values. */
export function adaptationRecord(plan: AdaptPlan): PlainMap {
  const widened: Record<string, Plain> = {};
  for (const key of plan.keys) {
    const record = key.alias === undefined ? newIndices(key) : undefined;
    if (record !== undefined) widened[key.key] = record;
  }
  return {
    strategy: plan.strategy,
    weights: plan.weights,
    old_action_dim: plan.oldActionDim,
    new_action_dim: plan.newActionDim,
    dimensions: Object.fromEntries(plan.dimensions.map(({ field, from }) => [field, from])),
    widened,
  };
}

/** A parameter that was drawn anew counts as widened from nothing, along its first axis. */
function newIndices(plan: KeyPlan): PlainMap | undefined {
  if (plan.fate === 'copied' || plan.fill.kind === 'fitted') return undefined;
  if (isNormalizerKey(plan.key) || runningOf(plan.key) !== undefined) return undefined;
  if (plan.fate === 'widened') {
    return { from: plan.source.shape, to: plan.shape, axis: plan.axis, new_indices: addedIndices(plan) };
  }
  if (plan.fill.kind === 'computed') return undefined;
  const indices = Array.from({ length: plan.shape[0]! }, (_, index) => index);
  return { from: [0, ...plan.shape.slice(1)], to: plan.shape, axis: 0, new_indices: indices };
}

function tensorSource(plan: KeyPlan, position: number, input: WeightsInput): TensorSource {
  const { key, shape, alias } = plan;
  const { dtype } = plan;
  const read = () => tensorBytes(plan, position, input);
  return alias === undefined ? { key, shape, dtype, read } : { key, shape, dtype, alias, read };
}

async function tensorBytes(plan: KeyPlan, position: number, input: WeightsInput): Promise<Uint8Array> {
  if (plan.fate === 'copied') return input.file.read(plan.source);
  const values = filled(plan.fill, plan.shape, position, input);
  const fresh = plan.dtype === 'int64' ? countBytes(values) : floatBytes(values, plan.dtype);
  if (plan.fate === 'initialised') return fresh;
  const old = await input.file.read(plan.source);
  return widen(old, plan.source.shape[plan.axis]!, fresh, plan, dtypeFacts(plan.dtype)!.bytes);
}

/** Of a BatchNorm that has measured nothing yet. */
function countBytes(values: Float32Array): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
}

function filled(fill: Fill, shape: readonly number[], position: number, input: WeightsInput): Float32Array {
  if (fill.kind !== 'fitted') return initialValues(fill, shape, input.random(position));
  const statistics = input.statistics.get(fill.field);
  if (statistics === undefined) throw new Error(`the field ${fill.field} was not fitted`);
  return statistics[fill.statistic].slice();
}

function optimizerSource(input: WriteInput): OptimizerSource {
  const { paramGroups, moments } = input.plan.optimizer;
  const state = moments.map(({ index, step, expAvg, expAvgSq }) => {
    const entry = {
      step,
      expAvg: tensorSource(expAvg, index, input),
      expAvgSq: tensorSource(expAvgSq, index, input),
    };
    return [index, entry] as const;
  });
  return { paramGroups, state: new Map(state) };
}
