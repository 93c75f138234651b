/** The job `adapt`: an old checkpoint and a new config in, a plan and a complete new checkpoint out. */
import { RegripError, throwIfAborted, UsageError } from '../base/errors.js';
import { checkOutputFile } from '../base/outputFile.js';
import { whileHolding } from '../base/outputLock.js';
import { isSamePlace, liesIn } from '../base/places.js';
import type { ComposedConfig } from '../config/types.js';
import { findNonFinite, notFiniteError } from '../formats/checkpoint/nonFinite.js';
import { openCheckpoint } from '../formats/checkpoint/open.js';
import type {
  CheckpointFile,
  CheckpointIndex,
  TensorBlocks,
  TensorInfo,
} from '../formats/checkpoint/types.js';
import { writeCheckpoint } from '../formats/checkpoint/write.js';
import { type OldPolicyRequest, oldPolicy } from '../judge/adapt/oldPolicy.js';
import { planAdaptation } from '../judge/adapt/plan.js';
import { withRecordedPoses } from '../judge/adapt/recordedPoses.js';
import type { AdaptOptions, AdaptPlan, KeyPlan } from '../judge/adapt/types.js';
import { policySpec } from '../judge/policy/families.js';
import type { RandomSource } from '../judge/policy/initial.js';
import type { FieldStatistics } from '../judge/policy/limits.js';
import { isNormalizerKey, normalizerKey } from '../judge/policy/normalizer.js';
import type { PolicySpec } from '../judge/policy/spec.js';
import { fitDataSet, type RangeShift, recordedColumns } from './dataSet.js';
import {
  compareRanges,
  fittedAlike,
  type KeptField,
  type OtherPixels,
  otherPixels,
  readKeptFields,
} from './keptFields.js';
import { learntNames, namedConfig } from './names.js';
import { staleStatistics } from './staleStatistics.js';
import { adaptedContent } from './write.js';

export interface AdaptRequest {
  readonly oldCheckpoint: string;
  readonly config: ComposedConfig;
  /** Absolute path of the new data set. */
  readonly dataSet: string;
  readonly options: AdaptOptions;
  /** What the old file does not say itself, and the call that would say it. */
  readonly old?: Pick<OldPolicyRequest, 'config' | 'prefix' | 'callWith'>;
  /** Where to write; undefined plans only. */
  readonly output: string | undefined;
  readonly overwrite: boolean;
  /** For whatever is drawn anew: a stream for each position in the new state dict. */
  readonly random: (position: number) => RandomSource;
  readonly signal?: AbortSignal;
}

export interface AdaptResult {
  readonly plan: AdaptPlan;
  readonly old: CheckpointIndex;
  /** How the old file was read, where that is not as a training's checkpoint with the policy's own keys. */
  readonly notes: readonly string[];
  /** Kept dimensions whose range differs in the new data set. */
  readonly shifts: readonly RangeShift[];
  /** Names of dimensions that the new checkpoint's config has and the training's own has not, as it would write them. */
  readonly learnt?: readonly string[];
  /** Cameras whose kept normaliser is not the usual one. */
  readonly pixels?: readonly OtherPixels[];
  /** How the kept normaliser maps each new dimension of a field; null where it is new. */
  readonly kept?: readonly Pick<KeptField, 'field' | 'modes'>[];
  /** Why the data set was not compared (planning only). */
  readonly dataSetProblem: string | undefined;
  /** What a person should know about the output's name. */
  readonly outputNote: string | undefined;
  /** What else they should know; each a whole sentence. */
  readonly warnings?: readonly string[];
}

/**
 * Errors: the old file, the config, the data set or the output, also when another process writes that; nothing is written then. The old
 * file is only read.
 */
export async function adaptCheckpoint(request: AdaptRequest): Promise<AdaptResult> {
  const { output } = request;
  if (output === undefined) return adapt(request);
  await checkOutput(output, request);
  return whileHolding(output, 'regrip adapt', async () => {
    const outputNote = await checkOutput(output, request); // another may have written it until now
    return { ...(await adapt(request)), outputNote };
  });
}

async function adapt(request: AdaptRequest): Promise<AdaptResult> {
  const told = policySpec(request.config.resolved);
  const file = await openCheckpoint(request.oldCheckpoint);
  try {
    const { weights } = request.options;
    const old = oldPolicy({ index: file.index, weights, ...request.old });
    const columns = await recordedColumns(request.dataSet);
    const policies = withRecordedPoses({ old: old.spec, spec: told }, columns, request.options.rename);
    const { spec } = policies;
    const plan = planAdaptation({
      index: old.index,
      ...policies,
      newConfig: request.config.resolved,
      options: { ...request.options, weights: old.weights },
    });
    throwIfAborted(request.signal);
    await requireFinite(file, plan, request);
    const data = await readDataSet(request, plan, spec);
    const kept = await readKeptFields(file, plan);
    const shifts = compareRanges(kept, plan, data.statistics);
    const stale = await staleStatistics(file, plan.weights);
    if (request.output !== undefined) {
      const { random, overwrite, signal } = request;
      const content = adaptedContent({
        file,
        plan,
        config: namedConfig(request.config.unresolved, plan, told),
        random,
        statistics: fittedAlike(data.statistics, kept),
        ...(request.old?.prefix?.kind === 'keep' && old.wrapping && { wrapping: old.wrapping }),
      });
      await writeCheckpoint(request.output, content, signal ? { overwrite, signal } : { overwrite });
    }
    return {
      plan,
      old: old.index,
      notes: old.notes,
      shifts,
      learnt: learntNames(plan, told),
      pixels: await otherPixels(file, plan, spec),
      kept: kept.map(({ field, modes }) => ({ field, modes })),
      dataSetProblem: data.problem,
      outputNote: undefined,
      ...(stale !== undefined && { warnings: [stale] }),
    };
  } finally {
    await file.close();
  }
}

/** A plan is made from headers and the normaliser, which is small; what is written is read to its end first. */
async function requireFinite(
  file: CheckpointFile & TensorBlocks,
  { keys, optimizer, weights }: AdaptPlan,
  { output, signal }: AdaptRequest,
): Promise<void> {
  const dict = weights === 'ema' ? 'ema_model' : 'model';
  const taken = (plan: KeyPlan, name: string): [string, TensorInfo][] =>
    plan.fate === 'initialised' || plan.alias !== undefined
      ? []
      : [[`${name}.${plan.source.key}`, plan.source]];
  const isWanted = ({ key }: KeyPlan): boolean => output !== undefined || isNormalizerKey(key);
  const tensors = keys.filter(isWanted).flatMap((plan) => taken(plan, dict));
  const moments = output === undefined ? [] : optimizer.moments;
  for (const { expAvg, expAvgSq } of moments)
    tensors.push(...taken(expAvg, 'optimizer'), ...taken(expAvgSq, 'optimizer'));
  const found = await findNonFinite(file, tensors, signal);
  if (found.length > 0) throw notFiniteError(file.index.path, found);
}

interface DataSetStatistics {
  readonly statistics: ReadonlyMap<string, FieldStatistics>;
  readonly problem: string | undefined;
}

/** A plan can be shown without the data set; a checkpoint that needs a fit cannot be written without it. */
async function readDataSet(
  request: AdaptRequest,
  plan: AdaptPlan,
  spec: PolicySpec,
): Promise<DataSetStatistics> {
  const widthOf = (field: string) =>
    plan.keys.find(({ key }) => key === normalizerKey(field, 'scale'))!.shape[0]!;
  const names = [...new Set([...plan.fittedFields, ...plan.keptFields])];
  if (names.length === 0) return { statistics: new Map(), problem: undefined }; // nothing of it is asked for
  try {
    const fields = new Map(names.map((name) => [name, widthOf(name)]));
    const statistics = await fitDataSet(request.dataSet, fields, spec, request.signal);
    return { statistics, problem: undefined };
  } catch (error) {
    const needed = request.output !== undefined && plan.fittedFields.length > 0;
    if (needed || !(error instanceof RegripError)) throw error;
    return { statistics: new Map(), problem: error.message };
  }
}

/** Throws where the output would harm what is read. */
async function checkOutput(output: string, request: AdaptRequest): Promise<string | undefined> {
  const { oldCheckpoint, dataSet, config, overwrite } = request;
  const inputs = [
    [oldCheckpoint, 'is the old checkpoint itself'],
    ...config.files.map((file) => [file, 'is a config of the new training'] as const),
  ] as const;
  for (const [input, what] of inputs)
    if (await isSamePlace(output, input))
      throw new UsageError(`${output} ${what}, which is never changed`, 'Choose another output.');
  if (await liesIn(output, dataSet))
    throw new UsageError(
      `${output} lies in the data set ${dataSet}, which is only read`,
      'Choose another output.',
    );
  return checkOutputFile(output, { overwrite, existsCode: 'checkpoint-exists' });
}
