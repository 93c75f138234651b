/** 'Check Gripper in Logs…': inference logs side by side, read by the language server, so also in untrusted workspaces. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { READS } from '../../server/editorRequests.js';
import type { LanguageServer } from '../language/languageServer.js';
import { GripperModel, MAX_LOGS, type StepReader } from '../panels/gripperModel.js';
import { InputWatch } from '../panels/inputWatch.js';
import type { GripperAction, GripperToPage } from '../panels/panelMessages.js';
import { openPanel, type PanelOpening } from '../panels/panelView.js';
import type { Command, CommandParts } from './command.js';

/** The defaults of `regrip gripper`. */
const THRESHOLDS = { low: 0.3, high: 0.7 } as const;
const MAX_POINTS = 4096;

export const gripper: Command = async (parts, argument) => {
  const given = argument.texts('logs') ?? one(argument.text('file')) ?? (await askLogs());
  if (given === undefined) return undefined;
  const paths = (await Promise.all(given.map(logsIn))).flat();
  if (paths.length === 0)
    throw new Error(vscode.l10n.t('{0} does not contain any logs (.json).', given.join(', ')));
  await parts.server.whenUp();
  const panel = new GripperPanel(parts, paths.slice(0, MAX_LOGS));
  openPanel(parts.place, panel.opening).onDidDispose(() => panel.dispose());
  await panel.read();
  return panel.verdicts;
};

/** After a reload of the window, by the panel's subject. */
export function reopenGripper(
  parts: CommandParts,
  subject: string,
  webview: vscode.WebviewPanel,
): PanelOpening<'gripper'> {
  const panel = new GripperPanel(parts, subject.split('\n'));
  webview.onDidDispose(() => panel.dispose());
  parts.server
    .whenUp()
    .then(() => panel.read())
    .catch(parts.place.problem);
  return panel.opening;
}

function one(path: string | undefined): string[] | undefined {
  return path === undefined ? undefined : [path];
}

async function askLogs(): Promise<string[] | undefined> {
  const picked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Check Gripper: inference logs'),
    openLabel: vscode.l10n.t('Check'),
    canSelectMany: true,
    canSelectFiles: true,
    canSelectFolders: false,
    filters: { [vscode.l10n.t('Inference logs')]: ['json', 'jsonl'] },
  });
  return picked?.map(({ fsPath }) => fsPath);
}

/** A folder means all logs in it. */
async function logsIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path);
  return names
    .filter((name) => /\.jsonl?$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

class GripperPanel {
  readonly verdicts: Record<string, string> = {};
  private readonly model: GripperModel;
  private readonly abort = new AbortController();
  private readonly inputs = new Map<string, InputWatch>();

  constructor(
    private readonly parts: CommandParts,
    private readonly paths: readonly string[],
  ) {
    this.model = new GripperModel(paths.join('\n'), THRESHOLDS, stepReader(parts.server, this.abort.signal));
  }

  get opening(): PanelOpening<'gripper'> {
    const names = this.paths.map((path) => basename(path, '.json')).join(', ');
    const title = vscode.l10n.t('Gripper: {0}', names);
    return { model: this.model, title, act: (action) => this.act(action) };
  }

  async read(paths = this.paths): Promise<void> {
    for (const path of paths) this.model.expect(path);
    for (const path of paths) {
      await this.watch(path);
      const question = { path, ...THRESHOLDS, maxPoints: MAX_POINTS };
      const view = await this.parts.server.viewer.ask(READS.gripperLog, question, this.abort.signal);
      this.verdicts[path] = view.report.verdict;
      this.model.add(path, basename(path, '.json'), view);
    }
  }

  /** From its present state on. */
  private async watch(path: string): Promise<void> {
    const input = this.inputs.get(path) ?? new InputWatch(() => this.model.outdate(path));
    this.inputs.set(path, input);
    input.restart();
    await input.look(path);
  }

  dispose(): void {
    for (const input of this.inputs.values()) input.dispose();
    this.abort.abort();
  }

  private async act(action: GripperAction): Promise<GripperToPage | undefined> {
    switch (action.kind) {
      case 'step':
        return this.model.readStep(action.log, action.row);
      case 'openLog': {
        const path = this.model.pathOf(action.log);
        if (path !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(path));
        return undefined;
      }
      case 'addLogs': {
        const more = await askLogs();
        if (more !== undefined) await this.read(more);
        return undefined;
      }
      case 'reload':
        await this.read(this.model.outdated);
        return undefined;
      case 'removeLog':
        this.model.remove(action.log);
        return undefined;
      default:
        return action satisfies never;
    }
  }
}

function stepReader({ viewer }: LanguageServer, signal: AbortSignal): StepReader {
  return {
    step: (path, row) => viewer.ask(READS.logStep, { path, row }, signal),
    frame: async (path, row) => {
      const { jpegBase64 } = await viewer.ask(READS.logFrame, { path, row }, signal);
      return Buffer.from(jpegBase64, 'base64');
    },
  };
}
