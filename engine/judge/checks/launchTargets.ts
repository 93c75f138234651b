/** What a launch script starts, as targets to judge, and what is wrong with the script itself. */
import { dirname, join } from 'node:path';
import { UNKNOWN_VALUE } from '../../config/resolve/resolvers.js';
import { LAUNCH_SCRIPT } from '../../project/findTargets.js';
import type { Launch, LaunchScript, ScriptOverride, ScriptProblem } from '../../project/launch/launch.js';
import type { ProjectReader } from '../../project/reader.js';
import { type Target, targetsOf } from '../../project/targets.js';
import { lineAndColumn, type TextRange } from '../../project/textRange.js';
import { CODES } from './codes.js';
import type { CheckTarget } from './context.js';
import type { Finding, Span } from './finding.js';

export function isLaunchScript(file: string): boolean {
  return LAUNCH_SCRIPT.test(file);
}

export interface LaunchTargets {
  readonly script: LaunchScript;
  /** One per launch whose config was found, in order. */
  readonly targets: readonly CheckTarget[];
  readonly findings: readonly Finding[];
}

/** Sweeps of Hydra's `--multirun`: several values, one of which applies to each run. */
const SWEEP = /=\s*(?:[^'"[{(]*,|(?:choice|range|interval|glob|shuffle|sort|tag)\()/;

/** `text` is the script's; unsaved texts come through the reader. `given` holds its arguments, where they are known. */
export async function launchTargets(
  file: string,
  text: string,
  reader: ProjectReader,
  given?: readonly string[],
): Promise<LaunchTargets> {
  const { script, targets, problems } = await targetsOf(file, text, reader, given);
  const place = (range: TextRange) => spanIn(file, text, range);
  return {
    script,
    targets: await Promise.all(
      targets.map((target) => checkTarget(target, script, { place, reader, given })),
    ),
    findings: problems.map((problem) => problemFinding(problem, place)),
  };
}

type Place = (range: TextRange) => Span;

async function checkTarget(
  { primary, configRoot, overrides, runner, startFolder, script: from }: Target,
  { launches, usesArguments }: LaunchScript,
  {
    place,
    reader,
    given: scriptArguments,
  }: { place: Place; reader: ProjectReader; given: readonly string[] | undefined },
): Promise<CheckTarget> {
  const { file, launch: index, range, environment } = from!;
  const given = await givenOverrides(overrides, launches[index]!, configRoot, reader);
  return {
    primary,
    ...(configRoot !== dirname(primary) && { configRoot }),
    overrides: given.map(({ text }) => text),
    overrideSpans: given.map(({ override }) => place(override.range)),
    script: {
      file,
      index,
      span: place(range),
      usesArguments,
      ...(scriptArguments !== undefined && { arguments: scriptArguments }),
    },
    environment,
    ...(startFolder !== undefined && { startFolder }),
    runner,
  };
}

/** Unknown values stay marked as unknown; an unknown option of a group leaves the default. */
async function givenOverrides(
  overrides: readonly ScriptOverride[],
  { isMultirun }: Launch,
  configRoot: string,
  reader: ProjectReader,
) {
  const given: { text: string; override: ScriptOverride }[] = [];
  for (const override of overrides) {
    const { text, key } = override;
    if (override.isResolved && !(isMultirun && SWEEP.test(text))) given.push({ text, override });
    else if (key !== undefined && !(await isGroup(key, configRoot, reader)))
      given.push({ text: unknownText(text, key), override });
  }
  return given;
}

function unknownText(text: string, key: string): string {
  const [sign] = /^(?:\+\+?|~)?/.exec(text)!;
  return sign === '~' ? `~${key}` : `${sign}${key}=${UNKNOWN_VALUE}`;
}

async function isGroup(key: string, configRoot: string, reader: ProjectReader): Promise<boolean> {
  const group = key.replace(/@.*$/, '');
  return (await reader.list(join(configRoot, group))).length > 0;
}

function problemFinding({ range, message }: ScriptProblem, place: Place): Finding {
  const { severity } = CODES['launch-script'];
  return { code: 'launch-script', severity, message, span: place(range), related: [], fixes: [] };
}

function spanIn(file: string, text: string, { start, end }: TextRange): Span {
  const [from, to] = [lineAndColumn(text, start), lineAndColumn(text, end)];
  return { file, ...from, endLine: to.line, endColumn: to.column };
}
