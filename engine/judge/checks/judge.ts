/** Judges one target: surveys its config, runs every check, and separates out what the launch script's overrides cure. */

import { throwIfAborted } from '../../base/errors.js';
import { onOneLine } from '../../base/shown.js';
import type { ConfigFiles } from '../../config/configFile.js';
import { startFolder } from '../../config/startFolder.js';
import { type ConfigSurvey, surveyConfig } from '../../config/survey.js';
import { CheckContext, type CheckProject, type CheckTarget } from './context.js';
import { curedFindings, isUnknown } from './cured.js';
import type { CheckDisk } from './disk.js';
import type { Finding } from './finding.js';
import { CHECKS } from './table.js';

interface JudgeOptions {
  readonly disk: CheckDisk;
  readonly files?: ConfigFiles;
  /** The Python project of a training that starts in a folder. */
  readonly project?: (startFolder: string) => CheckProject;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The runner, where the user chooses one and the target does not; otherwise it depends on what lies beside the config. */
  readonly runner?: CheckTarget['runner'] | undefined;
  /** The folder that relative paths are resolved against, if a setting gives one. */
  readonly startFolder?: string;
  /** Called with the paths that decide where training starts, before they are examined. */
  readonly looked?: (path: string) => void;
  readonly signal?: AbortSignal;
  /** Called when a check itself throws. */
  readonly onFault?: (fault: unknown) => void;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  readonly survey: ConfigSurvey;
  readonly startFolder: string;
}

/** The entry script's name, which becomes `hydra:job.name`; only log paths depend on it. */
const JOB_NAME = 'train';

/** The one judge, shared by the command line and the editor. */
export async function judge(asked: CheckTarget, options: JudgeOptions): Promise<Judgement> {
  const judgement = await judgementOf(asked, options);
  return { ...judgement, findings: judgement.findings.map(onOneLineEach) };
}

/** A finding quotes keys, values and file names: whatever they hold, each of its texts becomes one line without control characters. */
export function onOneLineEach(finding: Finding): Finding {
  return {
    ...finding,
    message: onOneLine(finding.message),
    related: finding.related.map((other) => ({ ...other, message: onOneLine(other.message) })),
    fixes: finding.fixes.map((fix) => ({ ...fix, title: onOneLine(fix.title) })),
  };
}

async function judgementOf(asked: CheckTarget, options: JudgeOptions): Promise<Judgement> {
  const { runner = asked.runner } = options;
  const target = asked.runner === 'unknown' ? { ...asked, runner } : asked;
  const folder =
    options.startFolder ?? target.startFolder ?? (await startFolder(target.primary, options.looked));
  const judged = await findingsOf(target, folder, options);
  const { script } = target;
  if (script === undefined || target.overrides.length === 0) return { ...judged, startFolder: folder };
  const plain = await findingsOf({ ...target, overrides: [], overrideSpans: [] }, folder, options);
  const known = await withKnownAlone(target, judged, folder, options);
  const hints = curedFindings({ script, target, plain, known: known.findings, judged: judged.findings });
  return { ...judged, findings: [...judged.findings, ...hints], startFolder: folder };
}

/** Without the overrides of unknown value: what they merely hide is not cured. */
async function withKnownAlone(
  target: CheckTarget,
  judged: Pick<Judgement, 'findings'>,
  folder: string,
  options: JudgeOptions,
): Promise<Pick<Judgement, 'findings'>> {
  const overrides = target.overrides.filter((text) => !isUnknown(text));
  if (overrides.length === target.overrides.length) return judged;
  const overrideSpans = target.overrideSpans?.filter((_, index) => !isUnknown(target.overrides[index]!));
  return findingsOf({ ...target, overrides, ...(overrideSpans && { overrideSpans }) }, folder, options);
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

/** Nothing else can be said about a file that is not YAML: everything in it would look missing. */
function withoutConsequences(findings: readonly Finding[]): readonly Finding[] {
  const broken = findings.filter(({ code }) => code === 'yaml-syntax');
  return broken.length === 0
    ? findings
    : findings.filter(({ code }) => code === 'yaml-syntax' || code === 'duplicate-key');
}
