/** What a command gets, and what it is. */
import type * as vscode from 'vscode';
import type { LanguageServer } from '../language/languageServer.js';
import type { Targets } from '../language/targets.js';
import type { EngineCli } from '../terminal/engineCli.js';

export interface CommandParts {
  readonly server: LanguageServer;
  readonly targets: Targets;
  readonly engine: EngineCli;
  readonly log: vscode.LogOutputChannel;
}

/** Code lenses say which target they mean; the palette says nothing. */
export interface CommandArgument {
  readonly target?: string;
}

export type Command = (parts: CommandParts, argument: CommandArgument) => Promise<void>;
