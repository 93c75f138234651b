/** What a command gets, and what it is. */
import type * as vscode from 'vscode';
import type { Engine } from '../engine/engine.js';
import type { JobLogs } from '../engine/jobLogs.js';
import type { JobPanels } from '../jobs/jobPanels.js';
import type { LanguageServer } from '../language/languageServer.js';
import type { Targets } from '../language/targets.js';
import type { PanelPlace } from '../panels/panelView.js';
import type { EngineCli } from '../terminal/engineCli.js';

export interface CommandParts {
  readonly server: LanguageServer;
  readonly targets: Targets;
  readonly cli: EngineCli;
  readonly engine: Engine;
  readonly panels: JobPanels;
  readonly logs: JobLogs;
  readonly place: PanelPlace;
  /** Of the workspace. */
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** The arguments from a lens, a menu, a keybinding or another command; the palette passes none, and then the user is asked. */
export class CommandArgument {
  private readonly values: ReadonlyMap<string, unknown>;

  /** `raw` may be anything. A URI, as menus of the Explorer hand in, is `file`; a job of the side bar gives its `id`, a run its `runDir`. */
  constructor(raw: unknown) {
    this.values = new Map(Object.entries(valuesOf(raw)));
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.values.get(name);
    if (!Array.isArray(value)) return undefined;
    return value.filter((each): each is string => typeof each === 'string');
  }

  flag(name: string): boolean {
    return this.values.get(name) === true;
  }
}

/** Resolves to a result for callers by command id: a job's id, a count. */
export type Command = (parts: CommandParts, argument: CommandArgument) => Promise<unknown>;

function valuesOf(raw: unknown): object {
  if (typeof raw !== 'object' || raw === null) return {};
  if ('fsPath' in raw) return { file: (raw as vscode.Uri).fsPath };
  if ('job' in raw) return raw.job as object;
  return 'run' in raw ? { runDir: (raw.run as { path?: unknown }).path } : raw;
}
