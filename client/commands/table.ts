/** The commands of the palette, one per file. */

import * as vscode from 'vscode';
import { onOneLine } from '../../engine/base/shown.js';
import { adapt } from './adapt.js';
import { check } from './check.js';
import { type Command, CommandArgument, type CommandParts } from './command.js';
import { convert } from './convert.js';
import { doctor } from './doctor.js';
import { engineMenu, stopEngine } from './engineMenu.js';
import { finetune } from './finetune.js';
import { mayRun } from './gate.js';
import { gripper } from './gripper.js';
import { installEngine } from './installEngine.js';
import { cancelJob, copyJobCommand, forgetJob, resumeJob, showJobLog } from './jobItems.js';
import { openDataSet } from './openDataSet.js';
import { openRunFolder } from './openRunFolder.js';
import { restartServer } from './restartServer.js';
import { selectTarget } from './selectTarget.js';
import { showCheckpointKeys } from './showCheckpointKeys.js';
import { showComposedConfig } from './showComposedConfig.js';
import { showJob } from './showJob.js';
import { writeLaunchScript } from './writeLaunchScript.js';

const COMMANDS: Readonly<Record<string, Command>> = {
  'regrip.adapt': adapt,
  'regrip.cancelJob': cancelJob,
  'regrip.check': check,
  'regrip.convert': convert,
  'regrip.copyJobCommand': copyJobCommand,
  'regrip.doctor': doctor,
  'regrip.engineMenu': engineMenu,
  'regrip.finetune': finetune,
  'regrip.forgetJob': forgetJob,
  'regrip.gripper': gripper,
  'regrip.installEngine': installEngine,
  'regrip.openDataSet': openDataSet,
  'regrip.openRunFolder': openRunFolder,
  'regrip.restartServer': restartServer,
  'regrip.resumeJob': resumeJob,
  'regrip.selectTarget': selectTarget,
  'regrip.showCheckpointKeys': showCheckpointKeys,
  'regrip.showComposedConfig': showComposedConfig,
  'regrip.showJob': showJob,
  'regrip.showJobLog': showJobLog,
  'regrip.stopEngine': stopEngine,
  'regrip.writeLaunchScript': writeLaunchScript,
};

export function registerCommands(parts: CommandParts): vscode.Disposable[] {
  return Object.entries(COMMANDS).map(([id, command]) =>
    vscode.commands.registerCommand(id, (argument: unknown) => run(id, command, parts, argument)),
  );
}

/** Shows failures with their reason: the editor itself would only say that the command failed. */
async function run(id: string, command: Command, parts: CommandParts, argument: unknown): Promise<unknown> {
  try {
    if (!(await mayRun(id, parts.cli.hasEngine))) return undefined;
    return await command(parts, new CommandArgument(argument));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint = (error as { hint?: unknown }).hint;
    parts.log.error(`${id}: ${error instanceof Error ? error.stack : reason}`);
    void vscode.window.showErrorMessage(
      onOneLine(`Regrip: ${reason}${typeof hint === 'string' ? `. ${hint}` : ''}`),
    );
    return undefined;
  }
}
