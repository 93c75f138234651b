/** 'Show Job…': the panel of a job, including those started by other windows. */
import * as vscode from 'vscode';
import type { Job } from '../../engine/wire/jobs.js';
import { progressText } from '../engine/engineItem.js';
import type { Command, CommandParts } from './command.js';

export const showJob: Command = async (parts, argument) => {
  await parts.engine.look();
  const named = argument.text('id');
  const job = named === undefined ? await pickJob(parts) : parts.engine.job(named);
  if (job !== undefined) await parts.panels.show(job);
};

async function pickJob({ engine }: CommandParts): Promise<Job | undefined> {
  const { jobs } = engine;
  if (jobs.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The engine has not run any jobs yet.'));
    return undefined;
  }
  const picks = jobs.map((job) => ({
    label: progressText(job),
    description: job.state,
    detail: job.command,
    job,
  }));
  return (await vscode.window.showQuickPick(picks, { placeHolder: vscode.l10n.t('Select a job') }))?.job;
}
