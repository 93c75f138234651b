/** Reports how jobs ended: a long one by a notification, a failed one with its reason and what can be done. */
import * as vscode from 'vscode';
import { isLive, type Job } from '../../engine/wire/jobs.js';
import type { Engine } from './engine.js';

/** For shorter jobs the user is still looking at the panel. */
const LONG_MS = 60_000;

export class JobNotices implements vscode.Disposable {
  /** Jobs seen running in this window; others ended before it opened. */
  private readonly atWork = new Set<string>();
  private readonly listening: vscode.Disposable;

  constructor(
    engine: Engine,
    private readonly open: (job: Job) => Promise<void>,
    private readonly resume: (job: Job) => Promise<void>,
  ) {
    this.listening = engine.onChange((job) => {
      if (job === undefined) for (const each of engine.jobs) this.see(each);
      else this.see(job);
    });
  }

  private see(job: Job): void {
    if (isLive(job)) this.atWork.add(job.id);
    else if (this.atWork.delete(job.id)) void this.tell(job);
  }

  private async tell(job: Job): Promise<void> {
    const show = vscode.l10n.t('Show');
    if (job.state === 'failed') {
      const actions = job.resumable ? [vscode.l10n.t('Resume'), show] : [show];
      const reason = [job.error?.message, job.error?.hint].filter((part) => part !== undefined).join('. ');
      const picked = await vscode.window.showErrorMessage(`Regrip: ${job.title}: ${reason}`, ...actions);
      if (picked === show) await this.open(job);
      else if (picked !== undefined) await this.resume(job);
    } else if (job.state === 'done' && (job.ended ?? 0) - (job.started ?? 0) >= LONG_MS) {
      const message = vscode.l10n.t('Regrip: {0} is done', job.title);
      if ((await vscode.window.showInformationMessage(message, show)) === show) await this.open(job);
    }
  }

  dispose(): void {
    this.listening.dispose();
  }
}
