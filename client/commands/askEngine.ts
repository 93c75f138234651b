/** Before a job that needs tensors: where TensorFlow is missing, explains what installing it takes, and what working without it costs. */
import * as vscode from 'vscode';
import { engineHome, isInstalled } from '../../engine/base/engineHome.js';
import { resultOf } from '../jobs/ended.js';
import type { CommandParts } from './command.js';

/** False when the person gave up. */
export async function askEngine({ engine, logs }: CommandParts): Promise<boolean> {
  const home = engineHome();
  if (isInstalled(home, 'cpu') || isInstalled(home, 'cuda12')) return true;
  const install = vscode.l10n.t('Install');
  const without = vscode.l10n.t('Use WebAssembly');
  const detail = vscode.l10n.t(
    'Installing downloads a 214 MB wheel through pip into {0}, where it takes about 1 GB; regrip engine remove removes it again. WebAssembly needs no installation, but a training step takes about five times as long. For an NVIDIA GPU, run: regrip engine install --cuda',
    home,
  );
  const message = vscode.l10n.t('TensorFlow is not installed on this machine.');
  const picked = await vscode.window.showInformationMessage(
    message,
    { modal: true, detail },
    install,
    without,
  );
  if (picked === undefined) return false;
  if (picked === without) return true;
  const job = await engine.start({ kind: 'installEngine' }, home);
  logs.show(job);
  await resultOf(engine, job);
  return true;
}
