/** Everything that the adaptation of a LeRobot policy reads beside its weights: processors, configs, the data set's header and statistics. */
import { join } from 'node:path';
import { isThere } from '../../base/isThere.js';
import { at, isPlainMap, type PlainMap } from '../../base/plain.js';
import { quoted } from '../../base/shell.js';
import type { CheckpointIndex } from '../../formats/checkpoint/types.js';
import { type DataSetInfo, readDataSetInfo } from '../../formats/lerobot/dataSetInfo.js';
import { type DataSetStatistics, readDataSetStatistics } from '../../formats/lerobot/dataSetStatistics.js';
import { ACTION, type PolicyFeatures, policyFeatures } from '../../formats/lerobot/features.js';
import { readJsonMap } from '../../formats/lerobot/json.js';
import { LerobotError } from '../../formats/lerobot/lerobotError.js';
import { type LerobotConfig, lerobotTraining } from '../../formats/lerobot/policyConfig.js';
import { CONFIG, type PolicyFolder, TRAIN_CONFIG } from '../../formats/lerobot/policyFolder.js';
import { dataSetNames, type Processor, readProcessors } from '../../formats/lerobot/processors.js';
import { ACTION_NAMES, isName, OBSERVATION_NAMES } from '../../judge/policy/dimensionNames.js';
import { type FeatureNames, requireFeatures, withFeaturesOf } from './newPolicy.js';

/** A config.json, or the train_config.json with the policy's config in it. */
export interface GivenConfig {
  readonly policy: LerobotConfig;
  readonly file: string;
  readonly training?: PlainMap;
}

export interface InputRequest {
  readonly old: PolicyFolder;
  /** Without one the old config gets the features of the data set. */
  readonly config?: GivenConfig | undefined;
  /** The folder of a LeRobot data set. */
  readonly dataSet: string | undefined;
  /** The folder of the one that the old policy was trained on. */
  readonly oldDataSet?: string | undefined;
  readonly rename: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal | undefined;
}

export interface AdaptInputs {
  readonly processors: readonly Processor[];
  readonly info: DataSetInfo | undefined;
  /** By the policy's names. */
  readonly data: DataSetStatistics | undefined;
  readonly now: LerobotConfig;
  /** As the engine judges it, with the names of its dimensions. */
  readonly newConfig: PlainMap;
  /** The data set that the old policy was trained on, where it is known, and what it calls the old dimensions. */
  readonly before: { readonly path: string; readonly regrip: PlainMap } | undefined;
  readonly features: { readonly old: PolicyFeatures; readonly now: PolicyFeatures };
  /** To be written beside the policy: the new training's, else the old one's. */
  readonly training: PlainMap | undefined;
}

/** Throws a tagged error that names the file and what is wrong with it. */
export async function readInputs(request: InputRequest): Promise<AdaptInputs> {
  const { old, config, dataSet, rename, signal } = request;
  const processors = await readProcessors(old.path);
  const names: FeatureNames = { rename, inDataSet: dataSetNames(processors) };
  const info = dataSet === undefined ? undefined : await readDataSetInfo(dataSet);
  const oldFile = join(old.path, CONFIG);
  const now =
    config?.policy ?? (info === undefined ? old.config : withFeaturesOf(old.config, info, names, oldFile));
  if (config !== undefined && info !== undefined) requireFeatures(now, info, names, config.file);
  const nowFeatures = policyFeatures(now, config?.file ?? oldFile);
  const statistics = dataSet === undefined ? undefined : await readDataSetStatistics(dataSet, signal);
  const trainFile = join(old.path, TRAIN_CONFIG);
  const oldTraining = (await isThere(trainFile)) ? await readJsonMap(trainFile) : undefined;
  const features = { old: policyFeatures(old.config, oldFile), now: nowFeatures };
  const oldInfo = request.oldDataSet === undefined ? undefined : await readDataSetInfo(request.oldDataSet);
  const oldNames = dataSetDimensions(oldInfo, features.old, names.inDataSet);
  return {
    processors,
    info,
    data: statistics && byPolicyNames(statistics, nowFeatures, names.inDataSet),
    now,
    newConfig: lerobotTraining(now, dataSetDimensions(info, nowFeatures, names.inDataSet)),
    before: oldInfo && oldNames && { path: oldInfo.path, regrip: oldNames },
    features,
    training: config?.training ?? oldTraining,
  };
}

function byPolicyNames(
  statistics: DataSetStatistics,
  { all }: PolicyFeatures,
  inDataSet: ReadonlyMap<string, string>,
): DataSetStatistics {
  return new Map(
    [...all.keys()].flatMap((name) => {
      const found = statistics.get(inDataSet.get(name) ?? name);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
}

/** What LeRobot before 0.4 named its normalising layers. */
const OLD_NORMALIZERS = /^(?:normalize_inputs|normalize_targets|unnormalize_outputs)\./;

/** Throws where the statistics are still among the weights. */
export function requireProcessors({ path, stateDicts }: CheckpointIndex): void {
  if (stateDicts['model']?.some(({ key }) => OLD_NORMALIZERS.test(key)) !== true) return;
  throw new LerobotError(
    'lerobot-policy',
    path,
    'keeps its statistics among its weights, as LeRobot did before 0.4',
    `Bring it to LeRobot's present form first: python -m lerobot.processor.migrate_policy_normalization --pretrained-path ${quoted(path)}`,
  );
}

/** What the data set calls the dimensions of the new policy, as `regrip` remembers names; a list with one that cannot be a name is left out. */
function dataSetDimensions(
  info: DataSetInfo | undefined,
  { all }: PolicyFeatures,
  inDataSet: ReadonlyMap<string, string>,
): PlainMap | undefined {
  const named = [...all].flatMap(([name, { type, shape }]) => {
    const names = type === 'VISUAL' ? undefined : info?.names.get(inDataSet.get(name) ?? name);
    const areNames =
      names?.length === shape[0] && names?.every(isName) && new Set(names).size === names.length;
    return areNames === true ? [[name, names!] as const] : [];
  });
  const seen = named.filter(([name]) => name !== ACTION);
  const action = named.find(([name]) => name === ACTION)?.[1];
  if (named.length === 0) return undefined;
  return {
    ...(action && { [ACTION_NAMES[1]]: action }),
    ...(seen.length > 0 && { [OBSERVATION_NAMES[1]]: Object.fromEntries(seen) }),
  };
}

/** Whether LeRobot puts ImageNet's statistics in the place of a data set's pictures, as it does unless it is told otherwise. */
export function usesImageNet(training: PlainMap | undefined): boolean {
  return at(training, ['dataset', 'use_imagenet_stats']) !== false;
}

/** The train_config.json with another policy's config in it. */
export function withPolicy(training: PlainMap, policy: LerobotConfig): PlainMap {
  return { ...training, ...(isPlainMap(training['policy']) && { policy }) };
}
