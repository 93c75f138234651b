/** What runs: a primary config, overrides and a runner; here, as given by launch scripts. */
import { basename, dirname, join, relative, resolve } from 'node:path';
import { shownLine } from '../base/shown.js';
import type { Launch, LaunchScript, ScriptOverride, ScriptProblem } from './launch/launch.js';
import { readLaunchScript } from './launch/script.js';
import { hydraMain } from './python/hydraMain.js';
import type { ProjectReader } from './reader.js';
import type { TextRange } from './textRange.js';

interface TargetScript {
  readonly file: string;
  /** Index among the launches of the script. */
  readonly launch: number;
  readonly range: TextRange;
  /** False where overrides may be added that the text does not show. */
  readonly isComplete: boolean;
  readonly isMultirun: boolean;
  /** What it starts. */
  readonly program: Launch['program'];
  /** What the script adds to the environment; undefined for an unknown value. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Target {
  /** Absolute path of the YAML file. */
  readonly primary: string;
  readonly configRoot: string;
  readonly configName: string;
  readonly overrides: readonly ScriptOverride[];
  readonly script?: TargetScript;
  readonly runner: 'builtin' | 'torch' | 'python' | 'ray' | 'unknown';
  /** The folder in which the launch script starts the training, if it says so. */
  readonly startFolder?: string;
}

interface ScriptTargets {
  readonly script: LaunchScript;
  /** One per launch whose config was found, in order. */
  readonly targets: readonly Target[];
  /** Problems in the script's text, and configs that were not found. */
  readonly problems: readonly ScriptProblem[];
}

export const CONFIG_FOLDERS: ReadonlySet<string> = new Set(['config', 'conf', 'configs']);
/** Scripts are started from their own folder or from one above it, at most this far. */
const MAX_LEVELS = 4;
/** How many packages of a folder are searched for configs. */
const MAX_PACKAGES = 50;

/** `given`: the script's arguments, where they are known. */
export async function targetsOf(
  scriptFile: string,
  text: string,
  reader: ProjectReader,
  given?: readonly string[],
): Promise<ScriptTargets> {
  const script = readLaunchScript(text, dirname(scriptFile), given);
  const targets: Target[] = [];
  const problems = [...script.problems];
  for (const [index, launch] of script.launches.entries()) {
    const found = await targetOf(launch, index, scriptFile, reader);
    if (found === undefined) continue;
    if ('primary' in found) targets.push(found);
    else problems.push(found);
  }
  return { script, targets, problems };
}

/** For `regrip finetune`, its config. */
interface TrainScript {
  /** The folder in which it is started. */
  readonly folder: string;
  readonly file: string;
  readonly text: string;
}

/** Undefined where the text does not show the config. */
async function targetOf(
  launch: Launch,
  index: number,
  scriptFile: string,
  reader: ProjectReader,
): Promise<Target | ScriptProblem | undefined> {
  const train = await trainScript(launch, dirname(scriptFile), reader);
  if (launch.program === 'regrip') return calledTarget(launch, index, scriptFile, train);
  const main = train && hydraMain(train.text, train.file);
  const name =
    launch.configName === undefined ? main?.configName : launch.configName.text?.replace(/\.yaml$/, '');
  if (name === undefined) return undefined;
  const folder = train?.folder ?? resolve(dirname(scriptFile), launch.workingFolder ?? '');
  const named = namedRoots(launch, train, main?.configRoot, folder);
  const roots = named.length > 0 ? named : await nearRoots(folder, reader);
  for (const configRoot of roots) {
    const primary = join(configRoot, `${name}.yaml`);
    if ((await reader.readText(primary)) === undefined) continue;
    return {
      primary,
      configRoot,
      configName: name,
      overrides: launch.overrides,
      script: scriptOf(launch, index, scriptFile),
      runner: launch.isOnRay ? 'ray' : 'python',
      ...(launch.workingFolder !== undefined && { startFolder: folder }),
    };
  }
  const isTold = [launch.configPath, launch.configDir].every(
    (word) => word === undefined || word.text !== undefined,
  );
  if (named.length === 0 || !isTold || launch.configName === undefined) return undefined;
  return { range: launch.configName.range, message: `There is no ${name}.yaml in ${named.join(' or ')}.` };
}

/** Of `regrip finetune`, which is given the config itself and finds out where its training starts. */
function calledTarget(
  launch: Launch,
  index: number,
  scriptFile: string,
  config: TrainScript | undefined,
): Target | ScriptProblem | undefined {
  const { text, range } = launch.script;
  if (text === undefined) return undefined;
  if (config === undefined) return { range, message: `There is no config ${shownLine(text)}.` };
  return {
    primary: config.file,
    configRoot: dirname(config.file),
    configName: basename(config.file).replace(/\.ya?ml$/, ''),
    overrides: launch.overrides,
    script: scriptOf(launch, index, scriptFile),
    runner: launch.trainer ?? 'unknown',
  };
}

function scriptOf(launch: Launch, index: number, file: string): TargetScript {
  const { range, isComplete, isMultirun, program, environment } = launch;
  return { file, launch: index, range, isComplete, isMultirun, program, environment };
}

async function trainScript(
  launch: Launch,
  scriptFolder: string,
  reader: ProjectReader,
): Promise<TrainScript | undefined> {
  const path = launch.script.text;
  if (path === undefined) return undefined;
  const standing = resolve(scriptFolder, launch.workingFolder ?? '');
  const above = [scriptFolder];
  while (above.length < MAX_LEVELS) above.push(dirname(above.at(-1)!));
  // A `cd` may be relative to a parent folder, if the script is started as scripts/train.sh.
  const entered = relative(scriptFolder, standing);
  const moved = above.map((folder) => resolve(folder, entered));
  for (const folder of [standing, ...moved, ...above]) {
    const file = resolve(folder, path);
    const text = await reader.readText(file);
    if (text !== undefined) return { folder, file, text };
  }
  return undefined;
}

/** In Hydra's search order; `folder` is where it is started. */
function namedRoots(
  { configPath, configDir }: Launch,
  train: TrainScript | undefined,
  ofMain: string | undefined,
  folder: string,
): string[] {
  const path = configPath?.text;
  const given = path === undefined || train === undefined ? undefined : resolve(dirname(train.file), path);
  const own = configPath === undefined ? ofMain : given;
  const further = configDir?.text === undefined ? undefined : resolve(folder, configDir.text);
  return [own, further].filter((root) => root !== undefined);
}

/** Folders of configs beside a script and in the packages beside it. */
async function nearRoots(folder: string, reader: ProjectReader): Promise<string[]> {
  const subfolders = async (path: string) =>
    (await reader.list(path)).flatMap(({ name, kind }) => (kind === 'folder' ? [join(path, name)] : []));
  const beside = await subfolders(folder);
  const inside = await Promise.all(beside.slice(0, MAX_PACKAGES).map(subfolders));
  return [...beside, ...inside.flat()].filter((path) => CONFIG_FOLDERS.has(basename(path)));
}
