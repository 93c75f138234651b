/** The output of jobs, one output channel each, created when it is first shown. */
import * as vscode from 'vscode';
import { onOneLine } from '../../engine/base/shown.js';
import type { Job } from '../../engine/wire/jobs.js';
import type { Engine } from './engine.js';

interface Shown {
  readonly channel: vscode.OutputChannel;
  readonly following: Promise<{ dispose(): void }>;
}

export class JobLogs implements vscode.Disposable {
  private readonly shown = new Map<string, Shown>();

  constructor(private readonly engine: Engine) {}

  show(job: Job): void {
    const known = this.shown.get(job.id) ?? this.open(job);
    this.shown.set(job.id, known);
    known.channel.show(true);
  }

  private open({ id, title, command, cwd }: Job): Shown {
    const channel = vscode.window.createOutputChannel(`Regrip: ${title}`);
    channel.appendLine(`# ${onOneLine(cwd)}\n$ ${onOneLine(command)}`);
    const following = this.engine.follow(id, (events) => {
      for (const { told } of events) {
        if (told.kind === 'log') channel.append(told.text);
        if (told.kind === 'state')
          channel.appendLine(`── ${told.state}${told.error === undefined ? '' : `: ${told.error.message}`}`);
      }
    });
    following.catch((error: unknown) => channel.appendLine(String(error)));
    return { channel, following };
  }

  dispose(): void {
    for (const { channel, following } of this.shown.values()) {
      channel.dispose();
      following.then(
        (each) => each.dispose(),
        () => undefined,
      );
    }
  }
}
