/** What the checks of a LeRobot policy look at: its folder, its config's places, and the data set that it is to be trained on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RegripError } from '../../../base/errors.js';
import { isThere } from '../../../base/isThere.js';
import type { PlainMap } from '../../../base/plain.js';
import { lookup, type MapNode } from '../../../config/node.js';
import { parseConfigText } from '../../../config/yaml/yaml.js';
import type { CheckpointIndex } from '../../../formats/checkpoint/types.js';
import { type DataSetInfo, INFO, readDataSetInfo } from '../../../formats/lerobot/dataSetInfo.js';
import { type DataSetStatistics, readDataSetStatistics } from '../../../formats/lerobot/dataSetStatistics.js';
import { type PolicyFeatures, policyFeatures } from '../../../formats/lerobot/features.js';
import { openPolicyFolder } from '../../../formats/lerobot/openPolicy.js';
import type { LerobotConfig } from '../../../formats/lerobot/policyConfig.js';
import { CONFIG, type PolicyFolder } from '../../../formats/lerobot/policyFolder.js';
import { dataSetNames, type Processor, readProcessors } from '../../../formats/lerobot/processors.js';
import type { PolicySpec } from '../../policy/spec.js';
import { type CheckCode, CODES } from '../codes.js';
import { type Finding, type Related, type Span, startOfFile } from '../finding.js';

export interface LerobotDataSet {
  readonly info: DataSetInfo;
  readonly statistics: DataSetStatistics | undefined;
}

export interface LerobotSubject {
  readonly folder: string;
  readonly config: LerobotConfig;
  /** As the engine judges it. */
  readonly training: PlainMap;
  readonly features: PolicyFeatures;
  readonly stateDicts: CheckpointIndex['stateDicts'];
  readonly processors: readonly Processor[];
  /** What the data set calls a feature of the policy. */
  inDataSet(feature: string): string;
  /** Undefined where none is given. */
  readonly data: LerobotDataSet | undefined;
  /** What the config describes; undefined where that is not a policy that can be built or is known. */
  readonly spec: PolicySpec | undefined;
  /** Where a value of config.json is written, or the nearest that holds it. */
  place(path: readonly string[]): Span;
}

/** One look at one thing. */
export type LerobotRule = (subject: LerobotSubject) => readonly Finding[];

export function finding(
  code: CheckCode,
  span: Span,
  message: string,
  related: readonly Related[] = [],
): Finding {
  return { code, severity: CODES[code].severity, message, span, related, fixes: [] };
}

/** The parts of the subject that come from the policy's folder. Throws a tagged error where they cannot be read. */
export async function readFolder(found: PolicyFolder): Promise<Omit<LerobotSubject, 'data' | 'spec'>> {
  const file = await openPolicyFolder(found);
  await file.close();
  const configFile = join(found.path, CONFIG);
  const processors = await readProcessors(found.path);
  const names = dataSetNames(processors);
  const { root } = parseConfigText(await readFile(configFile, 'utf8'), configFile);
  return {
    folder: found.path,
    config: found.config,
    training: file.index.config!,
    features: policyFeatures(found.config, configFile),
    stateDicts: file.index.stateDicts,
    processors,
    inDataSet: (feature) => names.get(feature) ?? feature,
    place: (path) => placeIn(root, path, configFile),
  };
}

function placeIn(root: MapNode, path: readonly string[], file: string): Span {
  for (let length = path.length; length > 0; length -= 1) {
    const place = lookup(root, path.slice(0, length))?.place;
    if (place?.kind !== 'file') continue;
    const { line, column, endLine, endColumn } = place;
    return { file, line, column, endLine, endColumn };
  }
  return startOfFile(file);
}

/** The data set, or why there is none as a finding. */
export async function readDataSet(path: string, signal?: AbortSignal): Promise<LerobotDataSet | Finding> {
  if (!(await isThere(path)))
    return finding('dataset-missing', startOfFile(path), `There is no data set at ${path}`);
  try {
    const info = await readDataSetInfo(path);
    return { info, statistics: await readDataSetStatistics(path, signal) };
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    const place = startOfFile(error.file ?? join(path, INFO));
    return finding('dataset-unreadable', place, `The data set cannot be read: ${error.message}`);
  }
}
