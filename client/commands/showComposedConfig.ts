/** 'Show Composed Config': what will run, each value with its provenance, as text that follows the files. */

import * as vscode from 'vscode';
import { COMPOSED } from '../../server/schemes.js';
import type { Command } from './command.js';

/** Served by the language server. */

export const showComposedConfig: Command = async ({ targets }, argument) => {
  const { primary } = targets.byId(argument.text('target')) ?? targets.current ?? {};
  const file = primary === undefined ? openConfig() : vscode.Uri.file(primary);
  if (file === undefined) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Open a training config first.'));
    return;
  }
  const document = await vscode.workspace.openTextDocument(file.with({ scheme: COMPOSED }));
  await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: true,
  });
};

function openConfig(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document?.uri.scheme === 'file' && document.languageId === 'yaml' ? document.uri : undefined;
}
