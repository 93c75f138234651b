/** The status bar item that says which target findings are judged for. */
import * as vscode from 'vscode';
import type { TargetSummary } from '../../server/editorRequests.js';
import type { Targets } from './targets.js';

export class TargetItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'regrip.target',
    vscode.StatusBarAlignment.Left,
    10,
  );
  private readonly listener: vscode.Disposable;

  constructor(private readonly targets: Targets) {
    this.item.name = vscode.l10n.t('Regrip Target');
    this.item.command = 'regrip.selectTarget';
    this.listener = targets.onChange(() => this.show());
  }

  private show(): void {
    const { current, all } = this.targets;
    if (all.length === 0) {
      this.item.hide();
      return;
    }
    const label = current?.label ?? vscode.l10n.t('No target');
    this.item.text = `$(target) ${label}`;
    this.item.tooltip = current === undefined ? undefined : tooltip(current);
    this.item.accessibilityInformation = { label: vscode.l10n.t('Regrip target: {0}', label) };
    this.item.show();
  }

  dispose(): void {
    this.listener.dispose();
    this.item.dispose();
  }
}

function tooltip({ primary, script, arguments: given, overrides }: TargetSummary): string {
  const lines = [vscode.l10n.t('Findings are for {0}', primary)];
  if (script !== undefined)
    lines.push(vscode.l10n.t('as {0} starts it', given === undefined ? script : `${script} ${given}`));
  return [...lines, ...overrides].join('\n');
}
