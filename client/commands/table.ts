/** The commands of the palette, one a file. */
import * as vscode from 'vscode';
import { check } from './check.js';
import type { Command, CommandArgument, CommandParts } from './command.js';
import { doctor } from './doctor.js';
import { installEngine } from './installEngine.js';
import { restartServer } from './restartServer.js';
import { selectTarget } from './selectTarget.js';
import { showComposedConfig } from './showComposedConfig.js';

const COMMANDS: Readonly<Record<string, Command>> = {
  'regrip.check': check,
  'regrip.doctor': doctor,
  'regrip.installEngine': installEngine,
  'regrip.restartServer': restartServer,
  'regrip.selectTarget': selectTarget,
  'regrip.showComposedConfig': showComposedConfig,
};

export function registerCommands(parts: CommandParts): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([id, command]) =>
    vscode.commands.registerCommand(id, (argument: unknown) => run(id, command, parts, argument)),
  );
}

/** What fails is told with its reason: the editor itself would say that the command failed, and no more. */
async function run(id: string, command: Command, parts: CommandParts, argument: unknown): Promise<void> {
  try {
    await command(parts, argumentOf(argument));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    parts.log.error(`${id}: ${error instanceof Error ? error.stack : reason}`);
    void vscode.window.showErrorMessage(`Regrip: ${reason}`);
  }
}

/** Keybindings and other extensions may hand in anything. */
function argumentOf(raw: unknown): CommandArgument {
  if (typeof raw !== 'object' || raw === null) return {};
  const { target } = raw as { target?: unknown };
  return typeof target === 'string' ? { target } : {};
}
