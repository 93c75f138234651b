/** 'Select Target': which config, with which script's overrides, findings are judged for. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { TargetSummary } from '../../server/protocol.js';
import type { Command } from './command.js';

interface TargetPick extends vscode.QuickPickItem {
  readonly id: string;
}

export const selectTarget: Command = async ({ targets }) => {
  if (targets.all.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No training config was found in this folder.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(
    targets.all.map((target) => pickOf(target, target.id === targets.current?.id)),
    { placeHolder: vscode.l10n.t('What is to be trained?'), matchOnDescription: true, matchOnDetail: true },
  );
  if (picked !== undefined) await targets.pick(picked.id);
};

function pickOf({ id, label, primary, script, overrides }: TargetSummary, isCurrent: boolean): TargetPick {
  const start = script === undefined ? [] : [basename(script), ...overrides];
  return {
    id,
    label: `${isCurrent ? '$(check)' : '$(target)'} ${label}`,
    description: vscode.workspace.asRelativePath(primary),
    ...(start.length > 0 && { detail: start.join(' ') }),
  };
}
