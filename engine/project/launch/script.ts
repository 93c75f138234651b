/** Reads a launch script: every training that it starts, as far as its text shows, without running anything. */
import { isAbsolute, join, posix } from 'node:path';
import { expand, type Field, textOf } from '../shell/expansion.js';
import { WorkingFolder } from '../shell/folder.js';
import { parseShell } from '../shell/parser.js';
import type { ShellCommand } from '../shell/syntax.js';
import { Variables } from '../shell/variables.js';
import { holds } from '../textRange.js';
import { type HydraArguments, readArguments, wordFrom } from './arguments.js';
import { type Started, startedScript } from './command.js';
import type { Launch, LaunchScript, ScriptOverride, ScriptProblem, ScriptWord } from './launch.js';
import { orphanProblems } from './orphans.js';

/** Launch scripts are a few kilobytes, and are read again at each keystroke. */
const MAX_LENGTH = 1 << 17;

/** `scriptFolder` is what `$(dirname "$0")` stands for, `given` the values of `$1` and so on, where they are known. */
export function readLaunchScript(
  text: string,
  scriptFolder?: string,
  given?: readonly string[],
): LaunchScript {
  if (text.length > MAX_LENGTH) return { launches: [], problems: [], usesArguments: false };
  const commands = parseShell(text);
  const variables = new Variables(text, commands, scriptFolder, given);
  const folder = new WorkingFolder(variables);
  const launches: Launch[] = [];
  const problems: (readonly ScriptProblem[])[] = [];
  for (const [index, command] of commands.entries()) {
    variables.enter(command);
    folder.enter(command);
    const launched = launchOf(command, variables, folder);
    if (launched !== undefined) {
      launches.push(launched.launch);
      problems.push(launched.problems, orphanProblems(commands, index, text));
    }
    variables.leave(command);
  }
  return { launches, problems: problems.flat(), usesArguments: variables.usesArguments };
}

/** The override that contains a place in the script. */
export function overrideAt(
  script: LaunchScript,
  offset: number,
): { readonly launch: Launch; readonly override: ScriptOverride } | undefined {
  for (const launch of script.launches) {
    const override = launch.overrides.find(({ range }) => holds(range, offset));
    if (override !== undefined) return { launch, override };
  }
  return undefined;
}

interface Found {
  readonly launch: Launch;
  readonly problems: readonly ScriptProblem[];
}

function launchOf(command: ShellCommand, variables: Variables, folder: WorkingFolder): Found | undefined {
  const started = startedScript(command.words.flatMap((word) => expand(word, variables)));
  if (started === undefined) return undefined;
  const given = readArguments(started.arguments);
  const script = scriptWord(started);
  const isOurs = started.program === 'regrip';
  if (given.isQuestion || (!isOurs && !isTraining(script, given))) return undefined;
  const { configName, configPath, configDir, isMultirun, overrides, isComplete } = given;
  const launch = {
    program: started.program,
    ...(isOurs && { trainer: started.trainer }),
    isOnRay: started.isOnRay,
    range: { start: command.start, end: command.end },
    script,
    configName,
    configPath,
    configDir,
    isMultirun,
    workingFolder: startedIn(started.folder, folder.path),
    environment: { ...variables.environment(), ...started.environment },
    overrides,
    isComplete,
  };
  return { launch, problems: given.problems };
}

function scriptWord({ script, isModule }: Started): ScriptWord {
  const word = wordFrom(script, 0);
  return isModule && word.text !== undefined
    ? { ...word, text: `${word.text.replaceAll('.', '/')}.py` }
    : word;
}

/** Programs that read a training's config and do something else with it. */
const NO_TRAINING = /^(?:eval|test|infer|deploy|demo|rollout|visuali[sz]e)/i;

/** Other Python programs are not trainings. */
function isTraining(script: ScriptWord, { configName, overrides }: HydraArguments): boolean {
  const name = posix.basename(script.text ?? '');
  if (NO_TRAINING.test(name) && !/train/i.test(name)) return false;
  return (
    configName !== undefined ||
    /train[^/]*$/i.test(script.text ?? '') ||
    overrides.some(({ key, text }) => key?.includes('.') || /^[+~]/.test(text))
  );
}

function startedIn(folder: Field | undefined, standing: string | undefined): string | undefined {
  const named = folder && textOf(folder);
  if (named === undefined) return folder === undefined ? standing : undefined;
  return isAbsolute(named) ? named : join(standing ?? '', named);
}
