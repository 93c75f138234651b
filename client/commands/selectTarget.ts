/** 'Select Target': which config, with which script's overrides and arguments, findings are judged for. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { TargetSummary } from '../../server/editorRequests.js';
import type { Targets } from '../language/targets.js';
import type { Command } from './command.js';

interface TargetPick extends vscode.QuickPickItem {
  readonly target?: TargetSummary;
  /** An entry that asks for its arguments. */
  readonly script?: string;
}

export const selectTarget: Command = async ({ targets }) => {
  const picks = picksOf(targets);
  if (picks.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No training config was found in this folder.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(picks, {
    placeHolder: vscode.l10n.t('Select what to train'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked?.target !== undefined) {
    await targets.pick(picked.target.id);
    // A script that takes arguments is of little use without them.
    if (picked.target.usesArguments === true && picked.target.arguments === undefined)
      await askArguments(targets, picked.target.script!);
  } else if (picked?.script !== undefined) {
    await askArguments(targets, picked.script);
    const started = targets.all.find(({ script }) => script === picked.script);
    if (started !== undefined) await targets.pick(started.id);
  }
};

function picksOf(targets: Targets): readonly TargetPick[] {
  const { all, current } = targets;
  const scripts = new Set(all.flatMap(({ script, usesArguments }) => (usesArguments ? [script!] : [])));
  const open = vscode.window.activeTextEditor?.document;
  // Its config may be one of its arguments, so that it is not listed without them.
  const isListed = open === undefined || all.some(({ script }) => script === open.uri.fsPath);
  if (open?.languageId === 'shellscript' && !isListed && /\$\{?[1-9@]/.test(open.getText()))
    scripts.add(open.uri.fsPath);
  return [
    ...all.map((target) => pickOf(target, target.id === current?.id)),
    ...[...scripts].map((script) => ({
      label: vscode.l10n.t('$(edit) Arguments of {0}…', basename(script)),
      script,
    })),
  ];
}

/** Escape keeps the previous arguments. */
async function askArguments(targets: Targets, script: string): Promise<void> {
  const before = targets.all.find((target) => target.script === script)?.arguments;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Arguments of {0}', basename(script)),
    prompt: vscode.l10n.t(
      'As typed after its name: $1, $2 … They are remembered. Leave empty to skip checks that depend on them.',
    ),
    ...(before !== undefined && { value: before }),
  });
  if (text !== undefined) await targets.giveArguments(script, text);
}

function pickOf(target: TargetSummary, isCurrent: boolean): TargetPick {
  const { label, primary, script, arguments: given, overrides } = target;
  const started = [
    ...(script === undefined ? [] : [basename(script)]),
    ...(given === undefined ? [] : [given]),
  ];
  const start = [...started, ...(script === undefined ? [] : overrides)];
  return {
    target,
    label: `${isCurrent ? '$(check)' : '$(target)'} ${label}`,
    description: vscode.workspace.asRelativePath(primary),
    ...(start.length > 0 && { detail: start.join(' ') }),
  };
}
