/** Commands that start processes: where this window may not, it is said why before anything is asked. */
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
]);

/** False where the command cannot run here; the person was told. */
export async function mayRun(id: string, hasEngine: boolean): Promise<boolean> {
  if (isVirtual()) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t(
        'Regrip reads configs, data sets and checkpoints from a disk, and the folder of this window is on none. Clone it, or open it on the machine that has the data.',
      ),
    );
    return false;
  }
  if (!START_PROCESSES.has(id)) return true;
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        'Regrip starts its engine, and your train.py, only in a workspace that you trust: this one is in Restricted Mode. Trust it here, then call the command again.',
      ),
    );
    await vscode.commands.executeCommand('workbench.trust.manage');
    return false;
  }
  if (!hasEngine) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t(
        'This package of Regrip has no engine for your platform: it checks and shows, and starts no jobs. Install the package for Linux x64, or use the command line.',
      ),
    );
    return false;
  }
  return true;
}

/** No folder of the window lies on a disk that this process reads. */
function isVirtual(): boolean {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 0 && folders.every(({ uri }) => uri.scheme !== 'file');
}
