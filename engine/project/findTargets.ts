/** Finds what can be run in a workspace: its primary configs and launch scripts. */
import { basename, dirname, join } from 'node:path';
import { looksPrimary } from './primaryConfig.js';
import type { ProjectReader } from './reader.js';
import { CONFIG_FOLDERS, type Target, targetsOf } from './targets.js';
import { readAhead, type WalkedFolder, walkProject } from './walk.js';

/** Far above real projects. */
const MAX_CONFIGS = 10_000;
const MAX_SCRIPTS = 1000;
/** How many levels groups may be below their config root. */
const MAX_GROUP_LEVELS = 4;
/** Recognizes shell scripts by file name. */
export const LAUNCH_SCRIPT = /\.(?:sh|bash|slurm|sbatch)$/;
const STARTS_TRAINING = /python|torchrun|accelerate|deepspeed|\.py\b|\bregrip\b/;

/** Primary configs first, each in the order of their paths. Throws the signal's reason once it is aborted. */
export async function findTargets(
  workspaceFolder: string,
  reader: ProjectReader,
  signal?: AbortSignal,
): Promise<readonly Target[]> {
  const folders: WalkedFolder[] = [];
  for await (const folder of walkProject(workspaceFolder, reader, signal)) folders.push(folder);
  const primaries = await primariesIn(folders, reader, signal);
  const ofScripts = await scriptTargets(folders, reader, signal);
  return [...primaries.sort(byPath), ...ofScripts];
}

async function primariesIn(
  folders: readonly WalkedFolder[],
  reader: ProjectReader,
  signal: AbortSignal | undefined,
): Promise<Target[]> {
  const byFolder = new Map<string, { path: string; text: string }[]>();
  const configs = filesIn(folders, /\.yaml$/).slice(0, MAX_CONFIGS);
  for await (const file of readAhead(configs, reader, signal)) {
    if (!looksPrimary(file.text)) continue;
    const folder = dirname(file.path);
    const before = byFolder.get(folder);
    if (before === undefined) byFolder.set(folder, [file]);
    else before.push(file);
  }
  const roots = new Set<string>();
  const targets: Target[] = [];
  for (const folder of folders) {
    const files = byFolder.get(folder.path) ?? [];
    if (files.length === 0 || isBelow(folder.path, roots) || !isRoot(folder, files)) continue;
    roots.add(folder.path);
    targets.push(...files.map(({ path }) => primaryTarget(path)));
  }
  return targets;
}

function primaryTarget(primary: string): Target {
  const configName = basename(primary, '.yaml');
  return { primary, configRoot: dirname(primary), configName, overrides: [], runner: 'unknown' };
}

async function scriptTargets(
  folders: readonly WalkedFolder[],
  reader: ProjectReader,
  signal: AbortSignal | undefined,
): Promise<Target[]> {
  const targets: Target[] = [];
  const scripts = filesIn(folders, LAUNCH_SCRIPT).sort();
  for await (const { path, text } of readAhead(scripts.slice(0, MAX_SCRIPTS), reader, signal)) {
    if (STARTS_TRAINING.test(text)) targets.push(...(await targetsOf(path, text, reader)).targets);
  }
  return targets;
}

/** A config root: a folder with a usual name, or one whose configs name groups that it holds. */
function isRoot({ path, folders }: WalkedFolder, files: readonly { readonly text: string }[]): boolean {
  return (
    CONFIG_FOLDERS.has(basename(path)) ||
    files.some(({ text }) => groupsIn(text).some((group) => folders.includes(group)))
  );
}

/** The first path step that an entry of a defaults list names: `- task: a`, `- override /task/sub@x: b`. */
function groupsIn(text: string): readonly string[] {
  const entries = text.matchAll(
    /(?:^[ \t]*-|[[,{])[ \t]*(?:override[ \t]+)?\/?([\w-]+)(?:\/[\w/-]*)?(?:@[\w.]*)?[ \t]*:/gm,
  );
  return [...entries].map((match) => match[1]!);
}

/** Anything below a config root is a group. */
function isBelow(path: string, roots: ReadonlySet<string>): boolean {
  let folder = dirname(path);
  for (let level = 0; level < MAX_GROUP_LEVELS; level += 1, folder = dirname(folder))
    if (roots.has(folder)) return true;
  return false;
}

function filesIn(folders: readonly WalkedFolder[], name: RegExp): string[] {
  return folders.flatMap(({ path, files }) =>
    files.filter((file) => name.test(file)).map((file) => join(path, file)),
  );
}

function byPath(a: Target, b: Target): number {
  return a.primary < b.primary ? -1 : 1;
}
