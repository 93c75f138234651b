/** Judges one target: surveys its config, runs every check, and tells apart what the launch script's overrides cure. */
import { basename } from 'node:path';
import { throwIfAborted } from '../base/errors.js';
import type { ConfigFiles } from '../config/configFile.js';
import { startFolder } from '../config/startFolder.js';
import { type Survey, surveyConfig } from '../config/survey.js';
import { CODES } from './codes.js';
import { CheckContext, type CheckProject, type CheckTarget, type LaunchPlace } from './context.js';
import type { CheckDisk } from './disk.js';
import type { Finding } from './finding.js';
import { CHECKS } from './table.js';

export interface JudgeOptions {
  readonly disk: CheckDisk;
  readonly files?: ConfigFiles;
  /** The Python project of a training that starts in a folder. */
  readonly project?: (startFolder: string) => CheckProject;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where relative paths count from, where a setting says so. */
  readonly startFolder?: string;
  /** Told of what decides where training starts, before it is looked at. */
  readonly looked?: (path: string) => void;
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
  const folder =
    options.startFolder ?? target.startFolder ?? (await startFolder(target.primary, options.looked));
  const judged = await findingsOf(target, folder, options);
  const { script } = target;
  if (script === undefined || target.overrides.length === 0) return { ...judged, startFolder: folder };
  const plain = await findingsOf({ ...target, overrides: [], overrideSpans: [] }, folder, options);
  const cured = plain.findings
    .filter(({ severity }) => severity !== 'hint')
    .filter((finding) => !holds(judged.findings, finding, script.file));
  const hints = cured.map((finding) => curedHint(finding, script));
  return { ...judged, findings: [...judged.findings, ...hints], startFolder: folder };
}

async function findingsOf(target: CheckTarget, folder: string, options: JudgeOptions) {
  const { files, signal } = options;
  const env = environmentOf(target, options);
  const project = options.project?.(folder);
  const survey = await surveyConfig(target.primary, target.overrides, {
    ...(project?.resolvers && { registered: (config) => project.resolvers!(config) }),
    ...(target.configRoot && { configRoot: target.configRoot }),
    ...(files && { files }),
    env,
    run: { folder, jobName: JOB_NAME },
  });
  throwIfAborted(signal);
  const context = new CheckContext({
    target,
    survey,
    startFolder: folder,
    disk: options.disk,
    ...(project && { project }),
    ...(signal && { signal }),
  });
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    findings.push(...(await tolerated(() => check.run(context), options)));
    throwIfAborted(signal);
  }
  return { survey, findings: withoutConsequences(findings) };
}

function environmentOf({ environment = {} }: CheckTarget, { env = process.env }: JudgeOptions) {
  const known = Object.entries(environment).filter(([, value]) => value !== undefined);
  return { ...env, ...Object.fromEntries(known) };
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

/** Also where the script has the same fault in what it puts there instead. */
function holds(findings: readonly Finding[], { code, span }: Finding, script: string): boolean {
  return findings.some(
    (other) =>
      other.code === code &&
      (other.span.file === script || JSON.stringify(other.span) === JSON.stringify(span)),
  );
}

function curedHint(finding: Finding, { file, span }: LaunchPlace): Finding {
  return {
    ...finding,
    code: 'cured-by-script',
    severity: CODES['cured-by-script'].severity,
    message: `${basename(file)} overrides this. Without it: ${finding.message}`,
    related: [...finding.related, { span, message: 'the launch that overrides it' }],
  };
}
