/** 'Write Launch Script…': the fine-tuning as a script of the user's own, written and checked by the command line. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Command } from './command.js';
import { askFinetune } from './finetune.js';

export const writeLaunchScript: Command = async (parts, argument) => {
  const asked = await askFinetune(parts, argument);
  if (asked === undefined) return undefined;
  const { request, folder } = asked;
  const file = argument.text('output') ?? (await askScript(folder));
  if (file === undefined) return undefined;
  const { config, overrides = [], oldCkpt, init, runDir, runner, python } = request;
  const options = {
    ...{ '--old-ckpt': oldCkpt, '--init': init, '--run-dir': runDir, '--runner': runner, '--python': python },
    '--write-script': file,
  };
  const code = await parts.cli.runToEnd(vscode.l10n.t('Write Launch Script'), [
    ...['finetune', config, ...overrides],
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name, value])),
    '--overwrite', // the dialog has asked
  ]);
  // Otherwise the terminal says what the script's check has found, or why there is no script.
  if (code !== 0) return undefined;
  await vscode.window.showTextDocument(vscode.Uri.file(file));
  return file;
};

async function askScript(folder: string): Promise<string | undefined> {
  const picked = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('The launch script to write'),
    defaultUri: vscode.Uri.file(join(folder, 'train_finetune.sh')),
    filters: { [vscode.l10n.t('Shell scripts')]: ['sh'] },
  });
  return picked?.fsPath;
}
