/** 'Restart Language Server': a new process, which reads everything again. */
import * as vscode from 'vscode';
import type { Command } from './command.js';

export const restartServer: Command = async ({ server }) => {
  await server.restart();
  vscode.window.setStatusBarMessage(vscode.l10n.t('Regrip: the language server was restarted'), 5_000);
};
