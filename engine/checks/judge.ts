/** Judges one target: surveys its config, runs every check, and tells apart what the launch script's overrides cure. */
import { basename } from 'node:path';
import { throwIfAborted } from '../base/errors.js';
import type { ConfigFiles } from '../config/configFile.js';
import { startFolder } from '../config/startFolder.js';
import { type Survey, surveyConfig } from '../config/survey.js';
import { CODES } from './codes.js';
import { CheckContext, type CheckProject, type CheckTarget } from './context.js';
import type { CheckDisk } from './disk.js';
import type { Finding } from './finding.js';
import { CHECKS } from './table.js';

export interface JudgeOptions {
  readonly disk: CheckDisk;
  readonly files?: ConfigFiles;
  readonly project?: CheckProject;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths count from, where a setting says so. */
  readonly startFolder?: string;
  readonly signal?: AbortSignal;
  /** Told of a check that failed itself. */
  readonly onFault?: (fault: unknown) => void;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly survey: Survey;
  readonly startFolder: string;
}

/** The name of the entry script, which `hydra:job.name` is; only paths of logs depend on it. */
const JOB_NAME = 'train';

export async function judge(target: CheckTarget, options: JudgeOptions): Promise<Judgement> {
  const folder = options.startFolder ?? (await startFolder(target.primary));
  const judged = await findingsOf(target, folder, options);
  if (target.script === undefined || target.overrides.length === 0) return { ...judged, startFolder: folder };
  const plain = await findingsOf({ ...target, overrides: [], overrideSpans: [] }, folder, options);
  const cured = plain.findings
    .filter(({ severity }) => severity !== 'hint')
    .filter((finding) => !holds(judged.findings, finding));
  const hints = cured.map((finding) => curedHint(finding, target.script!));
  return { ...judged, findings: [...judged.findings, ...hints], startFolder: folder };
}

async function findingsOf(target: CheckTarget, folder: string, options: JudgeOptions) {
  const { files, env, signal } = options;
  const survey = await surveyConfig(target.primary, target.overrides, {
    ...(target.configRoot && { configRoot: target.configRoot }),
    ...(files && { files }),
    ...(env && { env }),
    run: { folder, jobName: JOB_NAME },
  });
  throwIfAborted(signal);
  const context = new CheckContext({
    target,
    survey,
    startFolder: folder,
    disk: options.disk,
    ...(options.project && { project: options.project }),
    ...(signal && { signal }),
  });
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    findings.push(...(await tolerated(() => check.run(context), options)));
    throwIfAborted(signal);
  }
  return { survey, findings: withoutConsequences(findings) };
}

async function tolerated(
  run: () => readonly Finding[] | Promise<readonly Finding[]>,
  { signal, onFault }: JudgeOptions,
): Promise<readonly Finding[]> {
  try {
    return await run();
  } catch (fault) {
    throwIfAborted(signal);
    onFault?.(fault);
    return [];
  }
}

/** Of a file that is no YAML nothing else can be said: what is missing in it would look missing everywhere. */
function withoutConsequences(findings: readonly Finding[]): readonly Finding[] {
  const broken = findings.filter(({ code }) => code === 'yaml-syntax');
  return broken.length === 0
    ? findings
    : findings.filter(({ code }) => code === 'yaml-syntax' || code === 'duplicate-key');
}

function holds(findings: readonly Finding[], { code, span }: Finding): boolean {
  return findings.some((other) => other.code === code && JSON.stringify(other.span) === JSON.stringify(span));
}

function curedHint(finding: Finding, script: string): Finding {
  return {
    ...finding,
    code: 'cured-by-script',
    severity: CODES['cured-by-script'].severity,
    message: `${basename(script)} overrides this. Without it: ${finding.message}`,
    related: [
      ...finding.related,
      { span: { file: script, line: 1, column: 1, endLine: 1, endColumn: 1 }, message: 'the launch script' },
    ],
  };
}
