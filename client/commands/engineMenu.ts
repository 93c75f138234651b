/** The menu of the engine: its jobs, its log, and its end. */

import * as vscode from 'vscode';
import { fixed } from '../../engine/base/numberText.js';
import { isLive } from '../../engine/wire/jobs.js';
import { listJobs } from '../../engine/wire/supervisorMessages.js';
import type { Command, CommandParts } from './command.js';

interface MenuItem extends vscode.QuickPickItem {
  readonly act?: () => Promise<unknown> | unknown;
}

export const engineMenu: Command = async (parts) => {
  await parts.engine.look();
  const status = await parts.engine.status();
  const { engine } = parts;
  const items: MenuItem[] = [
    ...engine.jobs.slice(0, 10).map((job) => ({
      label: job.title,
      description: job.state,
      act: () => parts.panels.show(job),
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    {
      label: vscode.l10n.t('$(dashboard) Measure the engine'),
      act: async () => parts.logs.show(await engine.start({ kind: 'measureEngine' }, process.cwd())),
    },
    { label: vscode.l10n.t('$(pulse) Doctor'), act: () => vscode.commands.executeCommand('regrip.doctor') },
    ...(status === undefined
      ? []
      : [
          {
            label: vscode.l10n.t('$(output) Log of the engine'),
            act: () => vscode.window.showTextDocument(vscode.Uri.file(status.log)),
          },
          {
            label: vscode.l10n.t('$(debug-restart) Restart the engine'),
            act: async () => {
              if (await stop(parts)) await engine.call(listJobs, {}); // any request starts it
            },
          },
          {
            label: vscode.l10n.t('$(debug-stop) Stop the engine'),
            description: vscode.l10n.t('{0} MB of memory', fixed(status.memory / 1e6, 0)),
            act: () => stop(parts),
          },
        ]),
  ];
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Regrip Engine') });
  await picked?.act?.();
};

export const stopEngine: Command = (parts) => stop(parts);

/** Trainings write their checkpoints first, but somebody may be waiting for them. False when the user cancels. */
async function stop({ engine }: CommandParts): Promise<boolean> {
  const live = engine.jobs.filter(isLive);
  if (live.length > 0) {
    const yes = vscode.l10n.t('Stop');
    const message = vscode.l10n.t('{0} jobs are running. Stop them and the engine?', live.length);
    const detail = vscode.l10n.t('Trainings finish their step and write a checkpoint; they can be resumed.');
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, yes)) !== yes) return false;
  }
  await engine.stop();
  return true;
}
