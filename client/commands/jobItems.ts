/** What the menu of a job in the side bar offers: its command line, its output, its end. */
import * as vscode from 'vscode';
import type { Job } from '../../engine/wire/jobs.js';
import { cancel, forget, resume } from '../../engine/wire/supervisorMessages.js';
import type { Command, CommandArgument, CommandParts } from './command.js';

export const copyJobCommand: Command = async (parts, argument) => {
  const { command, cwd } = jobOf(parts, argument);
  await vscode.env.clipboard.writeText(command);
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied; run it in {0}', cwd), 10_000);
};

export const showJobLog: Command = async (parts, argument) => parts.logs.show(jobOf(parts, argument));

export const cancelJob: Command = async (parts, argument) => {
  await parts.engine.call(cancel, { id: jobOf(parts, argument).id });
};

export const resumeJob: Command = async (parts, argument) => {
  await parts.engine.call(resume, { id: jobOf(parts, argument).id });
};

/** Its output stays. */
export const forgetJob: Command = async (parts, argument) => {
  await parts.engine.call(forget, { id: jobOf(parts, argument).id });
};

function jobOf({ engine }: CommandParts, argument: CommandArgument): Job {
  const job = engine.job(argument.text('id') ?? '');
  if (job === undefined) throw new Error(vscode.l10n.t('The engine does not know this job any more.'));
  return job;
}
