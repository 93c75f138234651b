/** Commands that start processes: where this window may not, the reason is shown before anything is asked. */
import * as vscode from 'vscode';

const START_PROCESSES: ReadonlySet<string> = new Set([
  'regrip.adapt',
  'regrip.cancelJob',
  'regrip.convert',
  'regrip.doctor',
  'regrip.engineMenu',
  'regrip.finetune',
  'regrip.forgetJob',
  'regrip.installEngine',
  'regrip.resumeJob',
  'regrip.showJob',
  'regrip.stopEngine',
  'regrip.writeLaunchScript',
]);

/** False where the command cannot run here; the user was told. */
export async function mayRun(id: string, hasEngine: boolean): Promise<boolean> {
  if (isVirtual()) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t(
        'Regrip reads configs, data sets and checkpoints from disk, but the folder of this window is not on a disk. Clone it, or open it on the machine that has the data.',
      ),
    );
    return false;
  }
  if (!START_PROCESSES.has(id)) return true;
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'This workspace is in Restricted Mode: Regrip starts its engine and your train.py only in trusted workspaces. Trust this workspace, then run the command again.',
      ),
    );
    await vscode.commands.executeCommand('workbench.trust.manage');
    return false;
  }
  if (!hasEngine) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t(
        'This package of Regrip does not include an engine for your platform: checks and viewers work, but jobs cannot be started. Install the package for Linux x64, or use the command line.',
      ),
    );
    return false;
  }
  return true;
}

/** None of the window's folders is on a disk that this process can read. */
function isVirtual(): boolean {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 0 && folders.every(({ uri }) => uri.scheme !== 'file');
}
