/** The status bar item of the engine: what it does, where and how fast; a click opens its menu. */

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { fixed } from '../../engine/base/numberText.js';
import { isLive, type Job } from '../../engine/wire/jobs.js';
import type { EngineStatus } from '../../engine/wire/supervisorMessages.js';
import type { Engine } from './engine.js';

/** Speed and memory change without an event. */
const LOOK_EVERY_MS = 30_000;

export class EngineItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'regrip.engine',
    vscode.StatusBarAlignment.Left,
    9,
  );
  private readonly parts: vscode.Disposable[];
  private isMeasured = false;

  constructor(private readonly engine: Engine) {
    this.item.name = vscode.l10n.t('Regrip Engine');
    this.item.command = 'regrip.engineMenu';
    const timer = setInterval(() => void this.show(), LOOK_EVERY_MS);
    this.parts = [
      this.item,
      engine.onChange(() => void this.show()),
      new vscode.Disposable(() => clearInterval(timer)),
    ];
  }

  private async show(): Promise<void> {
    const status = await this.engine.status().catch(() => undefined);
    if (status === undefined) {
      this.item.hide();
      return;
    }
    this.measureOnce(status);
    const live = this.engine.jobs.filter(isLive);
    const [first] = live;
    this.item.text = first === undefined ? '$(circuit-board) Regrip' : `$(sync~spin) ${progressText(first)}`;
    const measured = status.engine;
    const lines = [
      measured === undefined
        ? vscode.l10n.t('Engine, not measured yet')
        : `${measured.backend}, ${measured.device}: ${fixed(measured.matmulGflops, 0)} GFLOPS`,
      vscode.l10n.t('{0} jobs running, {1} waiting', status.running.length, status.queued.length),
      vscode.l10n.t('{0} MB of memory', fixed(status.memory / 1e6, 0)),
    ];
    this.item.tooltip = lines.join('\n');
    this.item.accessibilityInformation = { label: vscode.l10n.t('Regrip engine: {0}', lines.join(', ')) };
    this.item.show();
  }

  /** Once there is time for it: after the first job, when nothing runs. */
  private measureOnce({ engine, running, queued }: EngineStatus): void {
    const isIdle = running.length === 0 && queued.length === 0 && this.engine.jobs.length > 0;
    if (engine !== undefined || this.isMeasured || !isIdle) return;
    this.isMeasured = true;
    this.engine.start({ kind: 'measureEngine' }, homedir()).catch(() => undefined); // without it only the speed is unknown
  }

  dispose(): void {
    for (const part of this.parts) part.dispose();
  }
}

/** The progress of a running job. */
export function progressText(job: Job): string {
  const { title, progress } = job;
  if (progress === undefined || progress.total === 0 || !isLive(job)) return title;
  return `${title} ${Math.floor((100 * progress.done) / progress.total)} %`;
}
