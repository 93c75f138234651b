/** 'Check Training Config': the findings of what is open, in the Problems view, and how many they are. */
import * as vscode from 'vscode';
import { rereadRequest } from '../../server/editorRequests.js';
import type { Command } from './command.js';

export const check: Command = async ({ targets, server }, argument) => {
  const { primary } = targets.byId(argument.text('target')) ?? targets.current ?? {};
  // Findings are published for what is open: the config itself has to be.
  if (primary !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(primary), KEEP_PLACE);
  await vscode.commands.executeCommand('workbench.actions.view.problems');
  await server.whenUp();
  await server.ask(rereadRequest); // nothing remembered about the disk is trusted
  vscode.window.setStatusBarMessage(`Regrip: ${summary()}`, 10_000);
};

const KEEP_PLACE: vscode.TextDocumentShowOptions = { preview: true, preserveFocus: true };

function summary(): string {
  const severities = vscode.languages
    .getDiagnostics()
    .flatMap(([, diagnostics]) => diagnostics)
    .filter(({ source }) => source === 'regrip')
    .map(({ severity }) => severity);
  const count = (severity: vscode.DiagnosticSeverity) =>
    severities.filter((each) => each === severity).length;
  const { Error: error, Warning: warning } = vscode.DiagnosticSeverity;
  if (severities.length === 0) return vscode.l10n.t('no problems found');
  return vscode.l10n.t(
    '{0} errors, {1} warnings, {2} findings in total',
    count(error),
    count(warning),
    severities.length,
  );
}
