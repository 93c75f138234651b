/** Questions to the user, with defaults from the target; an answer is undefined when the user cancels. */
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import {
  type PipelineResult,
  type PipelineStage,
  pipelineRequest,
  type TargetSummary,
} from '../../server/editorRequests.js';
import type { CommandArgument, CommandParts } from './command.js';

interface AskedTarget {
  readonly summary: TargetSummary;
  readonly pipeline: PipelineResult;
}

/** The target that the argument names, else the current one, else one that is picked; undefined where there is none. */
export async function askTarget(
  { targets, server }: CommandParts,
  argument: CommandArgument,
): Promise<AskedTarget | undefined> {
  await targets.look();
  const named = targets.byId(argument.text('target')) ?? targets.current;
  if (named === undefined && targets.all.length > 0)
    await vscode.commands.executeCommand('regrip.selectTarget');
  const summary = named ?? targets.current;
  if (summary === undefined) return undefined;
  const pipeline = await server.ask(pipelineRequest, { target: summary.id });
  return pipeline === null ? undefined : { summary, pipeline };
}

export function stageOf({ stages }: PipelineResult, kind: PipelineStage['kind']): PipelineStage | undefined {
  return stages.find((stage) => stage.kind === kind);
}

/** The folder for relative paths when there is no target. */
export function workspaceFolder(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
}

export async function askPath(
  title: string,
  options: {
    readonly folder?: boolean;
    readonly near?: string;
    readonly files?: Readonly<Record<string, string[]>>;
  },
): Promise<string | undefined> {
  const { folder = false, near, files } = options;
  const picked = await vscode.window.showOpenDialog({
    title,
    openLabel: vscode.l10n.t('Choose'),
    canSelectFiles: !folder,
    canSelectFolders: folder,
    ...(near !== undefined && { defaultUri: vscode.Uri.file(near) }),
    ...(files && { filters: files }),
  });
  return picked?.[0]?.fsPath;
}

/** A path that will be written; an existing one is confirmed, and `overwrite` says so. */
export async function askOutput(
  title: string,
  proposed: string,
  base: string,
): Promise<{ readonly path: string; readonly overwrite: boolean } | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    value: proposed,
    valueSelection: [proposed.length, proposed.length],
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('Enter where to write.') : undefined),
  });
  if (typed === undefined) return undefined;
  const path = isAbsolute(typed) ? typed : resolve(base, typed);
  if (!existsSync(path)) return { path, overwrite: false };
  const replace = vscode.l10n.t('Replace');
  const detail = vscode.l10n.t('It is replaced only once the new one is complete.');
  const message = vscode.l10n.t('{0} already exists.', path);
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, replace);
  return answer === replace ? { path, overwrite: true } : undefined;
}
