/** The panels of jobs and runs: each subject has one, which is shown again instead of opened twice, also after a reload of the window. */
import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { type LivingRun, stopLivingRun } from '../../engine/formats/run/livingRun.js';
import { isLive, type Job } from '../../engine/wire/jobs.js';
import { cancel, pause, resume, stopAfterEpoch, stopNow } from '../../engine/wire/supervisorMessages.js';
import type { Engine } from '../engine/engine.js';
import type { JobLogs } from '../engine/jobLogs.js';
import { ConvertModel } from '../panels/convertModel.js';
import type { ConvertAction, PanelKind, RunAction, RunControl } from '../panels/panelMessages.js';
import { openPanel, type PanelOpening, type PanelPlace } from '../panels/panelView.js';
import { RunModel } from '../panels/runModel.js';
import { feedConversion } from './convertFeed.js';
import { RunFeed } from './runFeed.js';
import { RunHolder } from './runHolder.js';

/** Asks for another run; undefined when the user cancels. */
type RunChooser = () => Promise<{ readonly name: string; readonly runDir: string } | undefined>;

interface Opened<Kind extends PanelKind> extends PanelOpening<Kind> {
  readonly dispose: () => void;
}

const CONTROLS = { pause, resume, stopAfterEpoch, stopNow } as const;

export class JobPanels {
  private readonly shown = new Map<string, vscode.WebviewPanel>();

  constructor(
    private readonly place: PanelPlace,
    private readonly engine: Engine,
    private readonly logs: JobLogs,
    private readonly chooseRun: RunChooser,
  ) {}

  /** The panel of its kind; a job without one shows what it printed. */
  async show(job: Job): Promise<void> {
    if (job.kind === 'convert') this.reveal(job.id, () => this.conversion(job));
    else if (job.kind === 'finetune' && job.runDir !== undefined) this.showRun(job.runDir);
    else this.logs.show(job);
  }

  showRun(runDir: string): void {
    this.reveal(runDir, () => this.run(runDir));
  }

  /** What a panel of an earlier window showed; undefined when it is gone. */
  async reopen(
    kind: PanelKind,
    subject: string,
    panel: vscode.WebviewPanel,
  ): Promise<PanelOpening<PanelKind> | undefined> {
    await this.engine.look();
    const opened = this.opened(kind, subject);
    if (opened !== undefined) this.keep(subject, panel, opened);
    return opened as unknown as PanelOpening<PanelKind> | undefined;
  }

  private opened(kind: PanelKind, subject: string): Opened<'run'> | Opened<'convert'> | undefined {
    if (kind === 'run') return this.run(subject);
    const job = kind === 'convert' ? this.engine.job(subject) : undefined;
    return job && this.conversion(job);
  }

  private reveal<Kind extends PanelKind>(subject: string, make: () => Opened<Kind>): void {
    const known = this.shown.get(subject);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const opened = make();
    this.keep(subject, openPanel(this.place, opened), opened);
  }

  private keep(
    subject: string,
    panel: vscode.WebviewPanel,
    { dispose }: { readonly dispose: () => void },
  ): void {
    this.shown.set(subject, panel);
    panel.onDidDispose(() => {
      this.shown.delete(subject);
      dispose();
    });
  }

  private run(runDir: string): Opened<'run'> {
    const job = this.engine.jobs.find((each) => each.kind === 'finetune' && each.runDir === runDir);
    const name = runName(runDir);
    const model = new RunModel({ name, runDir });
    const feed = new RunFeed(model, this.engine, this.place.problem);
    if (job === undefined) model.setState('done');
    const fed = job === undefined ? feed.folder(runDir, true) : feed.job(job, runDir);
    fed.catch(this.place.problem);
    const holder = new RunHolder(runDir, model, () => this.liveJob(runDir) !== undefined);
    holder.look().catch(this.place.problem);
    return {
      model,
      title: name,
      act: async (action) => {
        await this.actOnRun(action, { runDir, model, feed, holder });
        return undefined;
      },
      dispose: () => {
        feed.dispose();
        holder.dispose();
      },
    };
  }

  private async actOnRun(
    action: RunAction,
    { runDir, model, feed, holder }: { runDir: string; model: RunModel; feed: RunFeed; holder: RunHolder },
  ): Promise<void> {
    switch (action.kind) {
      case 'control':
        return holder.found === undefined
          ? this.control(action.control, runDir)
          : this.stopHolder(runDir, holder.found);
      case 'openFolder':
        await vscode.commands.executeCommand('revealInExplorer', vscode.Uri.file(runDir));
        return;
      case 'copyCommand':
        return this.copyCommand(this.jobOf(runDir));
      case 'compare': {
        const other = await this.chooseRun();
        if (other !== undefined && !(await feed.compare(other.name, other.runDir)))
          throw new Error(vscode.l10n.t('The charts cannot distinguish more runs.'));
        return;
      }
      case 'removeRun':
        feed.remove(action.run);
        return;
      case 'zoom':
        model.zoom(action.range ?? undefined);
        return;
      default:
        action satisfies never;
    }
  }

  private async control(control: RunControl, runDir: string): Promise<void> {
    await this.engine.call(CONTROLS[control], { id: this.jobOf(runDir).id });
  }

  /** The record of a folder names a process: the person sees which one before it is interrupted. */
  private async stopHolder(runDir: string, holder: LivingRun): Promise<void> {
    if (!vscode.workspace.isTrusted)
      throw new Error(vscode.l10n.t('Processes cannot be stopped from an untrusted workspace.'));
    const stop = vscode.l10n.t('Stop');
    const message = vscode.l10n.t('Stop process {0}, which trains in {1}?', holder.pid, runDir);
    const answer = await vscode.window.showWarningMessage(
      message,
      { modal: true, detail: holder.command },
      stop,
    );
    if (answer === stop && !(await stopLivingRun(runDir, holder)))
      throw new Error(vscode.l10n.t('Process {0} has ended meanwhile.', holder.pid));
  }

  private liveJob(runDir: string): Job | undefined {
    return this.engine.jobs.find((each) => each.runDir === runDir && isLive(each));
  }

  private jobOf(runDir: string): Job {
    const job = this.engine.jobs.find((each) => each.runDir === runDir);
    if (job === undefined)
      throw new Error(vscode.l10n.t('This run was not trained by a job of this engine.'));
    return job;
  }

  private async copyCommand({ cwd, command }: Job): Promise<void> {
    await vscode.env.clipboard.writeText(command);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Copied; run it in {0}', cwd), 10_000);
  }

  private conversion(job: Job): Opened<'convert'> {
    const { input = '', output = '' } = job;
    const model = new ConvertModel(job.id, { input, output });
    const { problem } = this.place;
    let fed = Promise.resolve(); // one after the other: pictures are read in between
    const following = this.engine.follow(job.id, (events) => {
      fed = fed.then(() => feedConversion(model, events, problem)).catch(problem);
    });
    following.catch(problem);
    return {
      model,
      title: job.title,
      act: async (action) => {
        await this.actOnConversion(action, job.id, output);
        return undefined;
      },
      dispose: () =>
        void following.then(
          (each) => each.dispose(),
          () => undefined,
        ),
    };
  }

  private async actOnConversion({ kind }: ConvertAction, id: string, output: string): Promise<void> {
    switch (kind) {
      case 'cancel':
        await this.engine.call(cancel, { id });
        return;
      case 'resume':
        await this.engine.call(resume, { id });
        return;
      case 'openDataSet':
        await vscode.commands.executeCommand('regrip.openDataSet', vscode.Uri.file(output));
        return;
      case 'copyCommand': {
        const job = this.engine.job(id);
        if (job !== undefined) await this.copyCommand(job);
        return;
      }
      default:
        kind satisfies never;
    }
  }
}

/** The folder of a run, with that of its day: upstream's are called by the time alone. */
export function runName(runDir: string): string {
  const name = basename(runDir);
  return /^[\d.:_-]{6,}/.test(name) ? `${basename(dirname(runDir))}/${name}` : name;
}
