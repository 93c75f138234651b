/** 'Open Run Folder': the curves of a run, of Regrip's trainer or of upstream's. */

import * as vscode from 'vscode';
import { precise } from '../../engine/base/numberText.js';
import { type PipelineRun, pipelineRequest } from '../../server/editorRequests.js';
import { runName } from '../jobs/jobPanels.js';
import type { LanguageServer } from '../language/languageServer.js';
import { askPath, workspaceFolder } from './ask.js';
import type { Command } from './command.js';

export const openRunFolder: Command = async ({ panels, server }, argument) => {
  const runDir = argument.text('runDir') ?? argument.text('file') ?? (await chooseRun(server))?.runDir;
  if (runDir !== undefined) panels.showRun(runDir);
};

interface RunPick extends vscode.QuickPickItem {
  readonly run?: PipelineRun;
}

export async function chooseRun(
  server: LanguageServer,
): Promise<{ readonly name: string; readonly runDir: string } | undefined> {
  const runs = (await server.ask(pipelineRequest, {}))?.runs ?? [];
  const picks: RunPick[] = [
    ...runs.map((run) => ({ label: run.name, description: describe(run), run })),
    { label: vscode.l10n.t('$(folder) Browse…') },
  ];
  const placeHolder = vscode.l10n.t('Select a run');
  const picked = await vscode.window.showQuickPick(picks, { placeHolder, matchOnDescription: true });
  if (picked === undefined) return undefined;
  const runDir =
    picked.run?.path ??
    (await askPath(vscode.l10n.t('A run folder'), { folder: true, near: workspaceFolder() }));
  return runDir === undefined ? undefined : { name: runName(runDir), runDir };
}

export function describe({ state, epoch, trainLoss }: PipelineRun): string {
  const parts = [
    state,
    epoch === undefined ? undefined : vscode.l10n.t('epoch {0}', epoch),
    trainLoss === undefined ? undefined : vscode.l10n.t('loss {0}', precise(trainLoss, 3)),
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
