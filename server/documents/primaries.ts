/** Which primary configs a YAML file takes part in; none if it does not belong to Hydra. */
import { dirname, join, relative, sep } from 'node:path';
import type { ConfigFile, ConfigFiles } from '../../engine/config/configFile.js';
import { surveyConfig } from '../../engine/config/survey.js';
import { looksPrimary } from '../../engine/project/primaryConfig.js';
import type { ProjectReader } from '../../engine/project/reader.js';

/** How many levels groups may be below their config root. */
const MAX_LEVELS = 4;
/** How many primaries of one folder are examined, and how many users of one group are judged: real projects have a few dozen. */
const MAX_PRIMARIES = 200;
const MAX_USERS = 8;

/**
 * Absolute paths. A file of a group belongs to the primaries that use it; a file with a defaults list is its own otherwise. Files directly in
 * one of `configRoots` are primaries because the user says so.
 */
export async function primariesOf(
  path: string,
  files: ConfigFiles,
  reader: ProjectReader,
  configRoots: readonly string[] = [],
): Promise<readonly string[]> {
  if (!isYaml(path)) return [];
  let root = dirname(dirname(path));
  for (let level = 0; level < MAX_LEVELS && dirname(root) !== root; level += 1) {
    const users = await usersIn(root, path, files, reader);
    if (users.length > 0) return users;
    root = dirname(root);
  }
  const file = await files.read(path).catch(() => undefined);
  if (configRoots.includes(dirname(path))) return [path];
  return file !== undefined && isPrimary(file) ? [path] : [];
}

export function isYaml(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/** The part of a config that decides which configs use which: while it stays the same, so do the primaries. */
export function relationOf(file: ConfigFile): string {
  const lines = file.text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('defaults'));
  const rest = start < 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line) => /^[^\s#-]/.test(line));
  const defaults = start < 0 ? [] : [lines[start], ...(end < 0 ? rest : rest.slice(0, end))];
  return JSON.stringify([isPrimary(file), isBroken(file), defaults]);
}

/** Hydra's defaults list; other tools' `defaults` are mappings. A config without one names the class that it builds. */
export function isPrimary(file: ConfigFile): boolean {
  const { root, text } = file;
  if (isBroken(file)) return looksPrimary(text);
  const defaults = root.entries.get('defaults');
  if (defaults !== undefined) return defaults.kind === 'list';
  const target = root.entries.get('_target_');
  return target?.kind === 'scalar' && typeof target.value === 'string';
}

function isBroken({ problems }: ConfigFile): boolean {
  return problems.some(({ code }) => code === 'yaml-syntax' || code === 'config-too-large');
}

/** The primaries directly in `root` whose defaults bring `path`. */
async function usersIn(
  root: string,
  path: string,
  files: ConfigFiles,
  reader: ProjectReader,
): Promise<string[]> {
  const [group] = relative(root, path).split(sep);
  const users: string[] = [];
  for (const primary of await yamlFiles(root, reader)) {
    if (users.length >= MAX_USERS) break;
    const file = await files.read(primary).catch(() => undefined);
    if (file === undefined || !isPrimary(file) || !mentions(file.text, group!)) continue;
    const survey = await surveyConfig(primary, [], { files });
    if (survey.files.has(path)) users.push(primary);
  }
  return users;
}

/** A cheap test first: a survey costs milliseconds, and a folder may hold many configs. A group may be included through another config. */
function mentions(text: string, group: string): boolean {
  return text.includes(group) || /^\s*- *(?:override +)?\/?[\w/]+\s*$/m.test(text);
}

async function yamlFiles(folder: string, reader: ProjectReader): Promise<string[]> {
  return (await reader.list(folder))
    .filter(({ name, kind }) => kind === 'file' && name.endsWith('.yaml'))
    .slice(0, MAX_PRIMARIES)
    .map(({ name }) => join(folder, name));
}
