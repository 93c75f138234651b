/** The extension: activate wires the language server, the target and the commands. */

import * as vscode from 'vscode';
import { activationStart } from './activationStart.js';
import { registerCommands } from './commands/table.js';
import { LanguageServer } from './language/languageServer.js';
import { TargetItem } from './language/targetItem.js';
import { Targets } from './language/targets.js';
import { EngineCli } from './terminal/engineCli.js';

/** What the tests in a real editor look at. */
export interface RegripExtension {
  /** Our own time, from the first line of the bundle. */
  readonly activationMs: number;
  /** Settles when the language server answers; rejects when it cannot start. */
  readonly serverStarted: Promise<void>;
}

let server: LanguageServer | undefined;

export function activate(context: vscode.ExtensionContext): RegripExtension {
  const log = vscode.window.createOutputChannel('Regrip', { log: true });
  server = new LanguageServer(context.asAbsolutePath('dist/server/main.js'));
  const targets = new Targets(server, context.workspaceState, log);
  const engine = new EngineCli(context);
  context.subscriptions.push(log, server, targets, new TargetItem(targets));
  context.subscriptions.push(...registerCommands({ server, targets, engine, log }));
  const serverStarted = server.start();
  serverStarted.catch((error: unknown) => log.error(`the language server did not start: ${error}`));
  const activationMs = performance.now() - activationStart;
  log.info(`activated in ${activationMs.toFixed(0)} ms`);
  return { activationMs, serverStarted };
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
