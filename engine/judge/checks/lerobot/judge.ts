/** Judges the folder of a LeRobot policy, against a data set where one is given: one look after another, by the table of rules. */
import { throwIfAborted } from '../../../base/errors.js';
import type { PolicyFolder } from '../../../formats/lerobot/policyFolder.js';
import { PolicyConfigError } from '../../policy/config.js';
import { policySpec, UnknownPolicyError } from '../../policy/families.js';
import type { PolicySpec } from '../../policy/spec.js';
import type { Finding } from '../finding.js';
import { onOneLineEach } from '../judge.js';
import { length, rate, version } from './rules/dataSet.js';
import { features } from './rules/features.js';
import { steps, weights } from './rules/policy.js';
import { dataSetStatistics, policyStatistics } from './rules/statistics.js';
import { finding, type LerobotRule, type LerobotSubject, readDataSet, readFolder } from './subject.js';

const RULES: readonly LerobotRule[] = [
  weights,
  steps,
  features,
  policyStatistics,
  dataSetStatistics,
  version,
  rate,
  length,
];

interface LerobotTarget {
  readonly policy: PolicyFolder;
  /** The folder of a LeRobot data set. */
  readonly dataSet: string | undefined;
  readonly signal?: AbortSignal;
}

/** Throws a tagged error where the policy's folder itself cannot be read. */
export async function judgeLerobot({ policy, dataSet, signal }: LerobotTarget): Promise<readonly Finding[]> {
  const folder = await readFolder(policy);
  const { spec, problems } = specOf(folder);
  const data = dataSet === undefined ? undefined : await readDataSet(dataSet, signal);
  throwIfAborted(signal);
  const isRead = data !== undefined && 'info' in data;
  const subject = { ...folder, spec, data: isRead ? data : undefined };
  const unread = data === undefined || isRead ? [] : [data];
  return [...problems, ...unread, ...RULES.flatMap((rule) => rule(subject))].map(onOneLineEach);
}

function specOf(folder: Omit<LerobotSubject, 'data' | 'spec'>): {
  readonly spec: PolicySpec | undefined;
  readonly problems: readonly Finding[];
} {
  try {
    return { spec: policySpec(folder.training), problems: [] };
  } catch (error) {
    if (!(error instanceof PolicyConfigError)) throw error;
    const isUnknown = error instanceof UnknownPolicyError;
    const place = folder.place(isUnknown ? ['type'] : error.path.slice(1)); // behind `policy`
    return {
      spec: undefined,
      problems: [finding(isUnknown ? 'policy-unknown' : 'policy-invalid', place, error.message)],
    };
  }
}
