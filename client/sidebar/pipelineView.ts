/** The side bar: how far the target has come (data set, checkpoint, config), its runs, and the engine's jobs. */
import * as vscode from 'vscode';
import { isLive, type Job } from '../../engine/wire/jobs.js';
import {
  diskChanged,
  type PipelineResult,
  type PipelineRun,
  type PipelineStage,
  pipelineRequest,
} from '../../server/editorRequests.js';
import type { CommandParts } from '../commands/command.js';
import { describe } from '../commands/openRunFolder.js';
import { progressText } from '../engine/engineItem.js';

type Node =
  | { readonly kind: 'stage'; readonly stage: PipelineStage }
  | { readonly kind: 'runs'; readonly runs: readonly PipelineRun[] }
  | { readonly kind: 'run'; readonly run: PipelineRun }
  | { readonly kind: 'jobs'; readonly jobs: readonly Job[] }
  | { readonly kind: 'job'; readonly job: Job };

const ICONS = { ready: 'pass', missing: 'circle-outline', problem: 'warning' } as const;
const NEXT = {
  convert: ['regrip.convert', 'Convert Trajectories…'],
  adapt: ['regrip.adapt', 'Adapt Checkpoint…'],
  check: ['regrip.check', 'Check Training Config'],
  finetune: ['regrip.finetune', 'Fine-tune…'],
} as const;
/** Findings and jobs change in bursts. */
const SETTLE_MS = 300;

export class PipelineView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly parts: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly from: CommandParts) {
    from.server.onNotification(diskChanged, () => this.soon());
    this.parts = [
      this.changed,
      vscode.window.createTreeView('regrip.pipeline', { treeDataProvider: this, showCollapseAll: false }),
      from.targets.onChange(() => this.soon()),
      from.engine.onChange(() => this.soon()),
      vscode.languages.onDidChangeDiagnostics(() => this.soon()),
    ];
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) return this.roots();
    if (node.kind === 'runs') return node.runs.map((run) => ({ kind: 'run', run }));
    if (node.kind === 'jobs') return node.jobs.map((job) => ({ kind: 'job', job }));
    return [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    switch (node.kind) {
      case 'stage':
        return stageItem(node.stage);
      case 'runs':
        return group(vscode.l10n.t('Runs'), node.runs.length, 'graph-line');
      case 'jobs':
        return group(vscode.l10n.t('Jobs'), node.jobs.length, 'server-process');
      case 'run':
        return runItem(node.run);
      case 'job':
        return jobItem(node.job);
      default:
        return node satisfies never;
    }
  }

  private async roots(): Promise<Node[]> {
    const { engine } = this.from;
    const pipeline = await this.pipeline();
    const jobs = engine.jobs;
    if (pipeline === null && jobs.length === 0) return []; // the welcome text
    return [
      ...(pipeline?.stages ?? []).map((stage): Node => ({ kind: 'stage', stage })),
      ...(pipeline === null || pipeline.runs.length === 0
        ? []
        : [{ kind: 'runs', runs: pipeline.runs } as const]),
      ...(jobs.length === 0 ? [] : [{ kind: 'jobs', jobs } as const]),
    ];
  }

  /** Null where there is no target, or no server to ask. */
  private async pipeline(): Promise<PipelineResult | null> {
    try {
      return await this.from.server.ask(pipelineRequest, {});
    } catch (error) {
      this.from.log.debug(`no pipeline: ${error}`);
      return null;
    }
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changed.fire(undefined), SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const part of this.parts) part.dispose();
  }
}

function stageItem({ kind, label, state, detail, path, action }: PipelineStage): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = detail;
  item.iconPath = new vscode.ThemeIcon(ICONS[state]);
  item.tooltip = path ?? detail;
  item.contextValue = `${kind}.${state}`;
  item.accessibilityInformation = { label: `${label}: ${state}, ${detail}` };
  const next = action && NEXT[action];
  if (state !== 'ready' && next !== undefined) item.command = { command: next[0], title: next[1] };
  else if (path !== undefined) item.command = openCommand(kind, path);
  return item;
}

function openCommand(kind: PipelineStage['kind'], path: string): vscode.Command {
  const uri = vscode.Uri.file(path);
  if (kind === 'dataSet') return { command: 'regrip.openDataSet', title: 'Open Data Set', arguments: [uri] };
  return { command: 'vscode.open', title: 'Open', arguments: [uri] };
}

function group(label: string, count: number, icon: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.description = String(count);
  item.iconPath = new vscode.ThemeIcon(icon);
  return item;
}

function runItem(run: PipelineRun): vscode.TreeItem {
  const item = new vscode.TreeItem(run.name);
  item.description = describe(run);
  item.tooltip = run.path;
  item.contextValue = 'run';
  item.command = { command: 'regrip.openRunFolder', title: 'Open Run', arguments: [{ runDir: run.path }] };
  return item;
}

function jobItem(job: Job): vscode.TreeItem {
  const item = new vscode.TreeItem(progressText(job));
  item.description = job.state;
  item.tooltip = job.error?.message ?? job.command;
  item.contextValue = isLive(job) ? 'job.live' : job.resumable ? 'job.resumable' : 'job.ended';
  item.iconPath = new vscode.ThemeIcon(
    isLive(job) ? 'sync~spin' : job.state === 'failed' ? 'error' : 'check',
  );
  item.command = { command: 'regrip.showJob', title: 'Show Job', arguments: [{ id: job.id }] };
  return item;
}
