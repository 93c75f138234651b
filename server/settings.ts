/** The user's settings, read from whatever the client sends. */
import { isAbsolute, resolve } from 'node:path';
import { isCheckCode, type Severity } from '../engine/judge/checks/codes.js';
import type { Finding } from '../engine/judge/checks/finding.js';

export interface Settings {
  /** By code; `off` hides a finding. */
  readonly severity: Readonly<Record<string, Severity | 'off'>>;
  /** Where training starts, absolute; undefined: determined from the config. */
  readonly startFolder: string | undefined;
  /** Absolute; searched for runs besides the folder of a config's own runs. */
  readonly runFolders: readonly string[];
  /** Absolute; every config directly in them is a primary config, whatever it looks like. */
  readonly configRoots: readonly string[];
  /** The runner for a config that no script launches, if the user chose one; undefined: depends on the project. */
  readonly runner?: 'python' | undefined;
}

export const DEFAULTS: Settings = { severity: {}, startFolder: undefined, runFolders: [], configRoots: [] };

const SEVERITIES = new Set(['error', 'warning', 'information', 'hint', 'off']);

/** `raw` is the section `regrip`; what is wrong in it is left out. A relative folder is resolved against the first workspace folder. */
export function settingsOf(raw: unknown, workspaceFolder: string | undefined): Settings {
  if (typeof raw !== 'object' || raw === null) return DEFAULTS;
  const { severity, startFolder, runFolders, configRoots, runner } = raw as Record<string, unknown>;
  const codes = Object.entries(typeof severity === 'object' && severity !== null ? severity : {});
  return {
    severity: Object.fromEntries(codes.filter(([code, value]) => isCheckCode(code) && SEVERITIES.has(value))),
    startFolder: folderOf(startFolder, workspaceFolder),
    runFolders: foldersOf(runFolders, workspaceFolder),
    configRoots: foldersOf(configRoots, workspaceFolder),
    runner: runner === 'python' ? runner : undefined, // a default value was not necessarily chosen by the user
  };
}

function foldersOf(folders: unknown, workspaceFolder: string | undefined): string[] {
  const all: unknown[] = Array.isArray(folders) ? folders : [];
  return all.flatMap((folder) => folderOf(folder, workspaceFolder) ?? []);
}

function folderOf(folder: unknown, workspaceFolder: string | undefined): string | undefined {
  if (typeof folder !== 'string' || folder === '') return undefined;
  if (isAbsolute(folder)) return folder;
  return workspaceFolder === undefined ? undefined : resolve(workspaceFolder, folder);
}

/** The finding as the user wants to see it; undefined for a hidden one. */
export function asWanted(finding: Finding, { severity }: Settings): Finding | undefined {
  const wanted = severity[finding.code];
  if (wanted === undefined) return finding;
  return wanted === 'off' ? undefined : { ...finding, severity: wanted };
}
