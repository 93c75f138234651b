/** Adapts the folder of a LeRobot policy: a plan for its weights and its processors' statistics, and a whole new folder. */
import { dirname, join } from 'node:path';
import { RegripError, throwIfAborted, UsageError } from '../../base/errors.js';
import { checkOutputFolder, restoreReplaced } from '../../base/folderOutput.js';
import { whileHolding } from '../../base/outputLock.js';
import { isSamePlace, liesIn } from '../../base/places.js';
import type { PlainMap } from '../../base/plain.js';
import { findNonFinite, notFiniteError } from '../../formats/checkpoint/nonFinite.js';
import type {
  CheckpointFile,
  CheckpointIndex,
  TensorBlocks,
  TensorInfo,
  TensorSource,
} from '../../formats/checkpoint/types.js';
import { ACTION } from '../../formats/lerobot/features.js';
import { openPolicyFolder } from '../../formats/lerobot/openPolicy.js';
import { CONFIG, RECORD, TRAIN_CONFIG, WEIGHTS } from '../../formats/lerobot/policyFolder.js';
import { processorStates } from '../../formats/lerobot/processors.js';
import { oldPolicy, type PrefixChoice } from '../../judge/adapt/oldPolicy.js';
import { planAdaptation } from '../../judge/adapt/plan.js';
import type { AdaptOptions, AdaptPlan } from '../../judge/adapt/types.js';
import { PolicyConfigError } from '../../judge/policy/config.js';
import { policySpec } from '../../judge/policy/families.js';
import type { RandomSource } from '../../judge/policy/initial.js';
import type { Wrapping } from '../../judge/policy/prefixes.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import type { AdaptResult } from '../adapt.js';
import { AdaptError } from '../adaptError.js';
import { namedConfig } from '../names.js';
import { adaptationRecord, stateDictSources } from '../write.js';
import { continuedFeatures } from './continued.js';
import {
  type AdaptInputs,
  type InputRequest,
  readInputs,
  requireProcessors,
  usesImageNet,
  withPolicy,
} from './inputs.js';
import { changedProcessor } from './processorJson.js';
import { constantWarnings, rangeWarnings } from './ranges.js';
import { planStatistics, type StatisticsInput, type StatisticsPlan, statisticSource } from './statistics.js';
import { isPolicyFile, writePolicyFolder } from './write.js';

export interface LerobotAdaptRequest extends Omit<InputRequest, 'rename'> {
  readonly options: AdaptOptions;
  /** What to do with a prefix of the old keys. */
  readonly prefix?: PrefixChoice | undefined;
  /** The user's call with more options, for what an error proposes. */
  readonly callWith?: (options: readonly string[], actionDim: number) => string;
  /** The folder to write; undefined plans only. */
  readonly output: string | undefined;
  readonly overwrite: boolean;
  readonly random: (position: number) => RandomSource;
}

export interface LerobotAdaptResult extends AdaptResult {
  /** By the name of the file that holds them. */
  readonly statistics: ReadonlyMap<string, StatisticsPlan>;
  /** Of the new policy: its mode of normalising by the name of each feature. */
  readonly features: ReadonlyMap<string, string>;
}

/** Errors: the old folder, the config, the data set or the output; nothing is written then. The old folder and the data set are only read. */
export async function adaptLerobot(request: LerobotAdaptRequest): Promise<LerobotAdaptResult> {
  const { output, overwrite } = request;
  if (output === undefined) return adapt(request);
  const rules = {
    overwrite,
    existsCode: 'checkpoint-exists',
    isOurs: isPolicyFile,
    what: 'a policy of LeRobot',
  };
  await requireApart(output, request);
  await checkOutputFolder(output, rules);
  return whileHolding(output, 'regrip adapt', async () => {
    await restoreReplaced(output);
    await checkOutputFolder(output, rules); // another may have written it until now
    return adapt(request);
  });
}

/** What is read stays as it is, also by something new within it. */
async function requireApart(output: string, { old, dataSet, config }: LerobotAdaptRequest): Promise<void> {
  const refuse = (what: string) =>
    new UsageError(`${output} lies in ${what}, which is never changed`, 'Choose another output.');
  const isIn = async (folder: string) => (await isSamePlace(output, folder)) || liesIn(output, folder);
  if (await isIn(old.path)) throw refuse(`the folder of the old policy, ${old.path}`);
  if (dataSet !== undefined && (await isIn(dataSet))) throw refuse(`the data set ${dataSet}`);
  if (config !== undefined && (await isSamePlace(output, dirname(config.file))))
    throw refuse(`the folder of the new config, ${dirname(config.file)}`);
}

/** What the plan and the folder are made from. */
interface Adaptation {
  readonly file: CheckpointFile & TensorBlocks;
  readonly plan: AdaptPlan;
  readonly spec: PolicySpec;
  /** What stood around the old keys, where something did. */
  readonly wrapping: Wrapping | undefined;
  readonly inputs: AdaptInputs;
  readonly continued: StatisticsInput['continued'];
  readonly statistics: ReadonlyMap<string, StatisticsPlan>;
  readonly request: LerobotAdaptRequest;
}

async function adapt(request: LerobotAdaptRequest): Promise<LerobotAdaptResult> {
  const { rename } = request.options;
  const file = await openPolicyFolder(request.old);
  try {
    requireProcessors(file.index);
    const inputs = await readInputs({ ...request, rename });
    const { newConfig } = inputs;
    const spec = newSpec(newConfig, request);
    const { callWith, prefix } = request;
    const told = {
      ...(callWith && { callWith: (options: readonly string[]) => callWith(options, spec.actionDim) }),
      ...(prefix && { prefix }),
    };
    const { index, notes } = withNames(file.index, inputs);
    const old = oldPolicy({ index, weights: 'model', ...told });
    const options = { ...request.options, weights: 'model', moments: 'reset' } as const;
    const plan = planAdaptation({ index: old.index, old: old.spec, spec, newConfig, options });
    throwIfAborted(request.signal);
    const statisticsInput = statisticsOf(inputs, plan, rename);
    const statistics = planEach(file, inputs, statisticsInput);
    const { continued } = statisticsInput;
    const adaptation = { file, plan, spec, wrapping: old.wrapping, inputs, continued, statistics, request };
    requireStatistics(adaptation);
    await requireFinite(adaptation);
    const kept = file.index.stateDicts['preprocessor'] ?? [];
    const ranges = await rangeWarnings(file, kept, statisticsInput);
    const constant = constantWarnings(statisticsInput, inputs.info?.names.get('action'));
    if (request.output !== undefined) await write(request.output, adaptation);
    const { all, modeOf } = inputs.features.now;
    return {
      plan,
      old: old.index,
      notes: [
        ...old.notes,
        ...notes,
        ...[...statistics.values()].flatMap(({ notes }) => notes).filter(isFirst),
      ],
      shifts: [],
      dataSetProblem: undefined,
      outputNote: undefined,
      warnings: [...ranges, ...constant, ...otherWarnings(adaptation)],
      statistics,
      features: new Map([...all].map(([name, { type }]) => [name, modeOf(type)] as const)),
    };
  } finally {
    await file.close();
  }
}

/** Throws where the new config describes no policy, naming the file that says so. */
function newSpec(config: PlainMap, { config: given, old }: LerobotAdaptRequest): PolicySpec {
  try {
    return policySpec(config);
  } catch (error) {
    if (!(error instanceof PolicyConfigError)) throw error;
    const { code, message, hint } = error;
    const file = given?.file ?? join(old.path, CONFIG);
    throw new RegripError({ code, file, message, ...(hint !== undefined && { hint }), cause: error });
  }
}

/** The names that an earlier adaptation left in the folder count, else those of the data set that the old policy was trained on. */
function withNames(index: CheckpointIndex, { before }: AdaptInputs) {
  if (before === undefined || index.config?.['regrip'] !== undefined) return { index, notes: [] };
  const config = { ...index.config, regrip: before.regrip };
  const note = `the old dimensions are called as in ${before.path}, the data set of the old training`;
  return { index: { ...index, config }, notes: [note] };
}

function isFirst(text: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(text) === index;
}

function statisticsOf(
  { features: { old, now }, data, training }: AdaptInputs,
  plan: AdaptPlan,
  rename: ReadonlyMap<string, string>,
): StatisticsInput {
  return {
    old,
    now,
    data,
    continued: continuedFeatures(old, now, rename, plan),
    useImageNet: usesImageNet(training),
  };
}

function planEach(
  { index }: CheckpointFile,
  { processors }: AdaptInputs,
  input: StatisticsInput,
): ReadonlyMap<string, StatisticsPlan> {
  return new Map(
    processorStates(processors).map(({ dict, file }) => [
      file,
      planStatistics(index.stateDicts[dict]!, input),
    ]),
  );
}

/** A plan can be shown without them. */
function requireStatistics({ statistics, request, inputs, file }: Adaptation): void {
  const [missing] = missingIn(statistics);
  if (missing === undefined || request.output === undefined) return;
  const hint =
    request.dataSet === undefined ? 'Give the data set of the new training: --dataset FOLDER.' : RECOMPUTE;
  throw new AdaptError({
    code: 'adapt-statistics',
    file: request.dataSet ?? file.index.path,
    message: `${missingText(missing, inputs)}${request.dataSet === undefined ? '' : ', and the data set has none'}`,
    hint,
  });
}

const RECOMPUTE =
  'Compute the statistics of the data set again with LeRobot (for QUANTILES: its augment_dataset_quantile_stats.py).';

function missingIn(statistics: ReadonlyMap<string, StatisticsPlan>): string[] {
  return [...new Set([...statistics.values()].flatMap(({ missing }) => missing))];
}

function missingText(feature: string, { features: { now } }: AdaptInputs): string {
  const mode = now.modeOf(now.all.get(feature)!.type);
  return `the new dimensions of ${feature} need statistics, because the policy normalizes by ${mode}`;
}

/** A plan is made from headers; what is written is read to its end first. */
async function requireFinite({ file, plan, statistics, request }: Adaptation): Promise<void> {
  const weights = plan.keys.flatMap((key): [string, TensorInfo][] =>
    key.fate === 'initialised' || key.alias !== undefined ? [] : [[key.source.key, key.source]],
  );
  const kept = [...statistics.values()].flatMap(({ entries }) =>
    entries.flatMap(({ key, source }): [string, TensorInfo][] =>
      source === undefined ? [] : [[key, source]],
    ),
  );
  const tensors = request.output === undefined ? kept : [...weights, ...kept];
  const found = await findNonFinite(file, tensors, request.signal);
  if (found.length > 0) throw notFiniteError(file.index.path, found);
}

/** What only a person can decide. */
function otherWarnings({ statistics, inputs, request, file }: Adaptation): string[] {
  const { now } = inputs;
  const hub = now['repo_id'];
  const isPushed =
    now['push_to_hub'] === true && typeof hub === 'string' && hub === request.old.config['repo_id'];
  const hasStates = processorStates(inputs.processors).length > 0;
  return [
    ...(request.output === undefined ? missingIn(statistics).map((name) => missingText(name, inputs)) : []),
    ...(hasStates
      ? []
      : [
          `${file.index.path} has no statistics beside it: LeRobot passes on what it sees and predicts as it is, and so will the new policy`,
        ]),
    ...(isPushed
      ? [
          `a training pushes to ${hub}, as the old one did (push_to_hub): give lerobot-train another --policy.repo_id, or --policy.push_to_hub=false`,
        ]
      : []),
  ];
}

async function write(output: string, adaptation: Adaptation): Promise<void> {
  const { file, plan, spec, wrapping, inputs, continued, statistics, request } = adaptation;
  const { now, features, processors, training, info } = inputs;
  const { regrip } = namedConfig(inputs.newConfig, plan, spec);
  const change = {
    ...features,
    rename: request.options.rename,
    modes: now['normalization_mapping'],
    actions: continued.get(ACTION)!.from!,
    actionNames: info?.names.get('action'),
  };
  const documents = new Map<string, PlainMap>([
    [CONFIG, now],
    ...processors.map((processor) => [processor.file, changedProcessor(processor, change)] as const),
    ...(training === undefined ? [] : [[TRAIN_CONFIG, withPolicy(training, now)] as const]),
    [RECORD, { ...adaptationRecord(plan), ...(regrip !== undefined && { regrip }) }],
  ]);
  const keeps = request.prefix?.kind === 'keep' && wrapping !== undefined;
  const weights = stateDictSources({
    file,
    plan,
    statistics: new Map(),
    random: request.random,
    ...(keeps && { wrapping }),
  });
  const tensors = new Map<string, readonly TensorSource[]>([
    [WEIGHTS, weights],
    ...[...statistics].map(
      ([name, { entries }]) => [name, entries.map((entry) => statisticSource(entry, file))] as const,
    ),
  ]);
  await writePolicyFolder(output, { documents, tensors }, request.signal);
}
