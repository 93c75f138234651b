/** The engine as the extension sees it: started with the first job; this window knows its jobs, including those of other windows. */
import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { engineHome } from '../../engine/base/engineHome.js';
import { EngineClient, type Following } from '../../engine/wire/connect/client.js';
import { type CodeSource, codeSource } from '../../engine/wire/connect/codeFolder.js';
import { placesOf } from '../../engine/wire/connect/places.js';
import type { Job, JobEvent, JobRequestInput } from '../../engine/wire/jobs.js';
import {
  type Call,
  type EngineStatus,
  listJobs,
  shutdown,
  startJob,
  status,
} from '../../engine/wire/supervisorMessages.js';

export class Engine implements vscode.Disposable {
  private readonly source: CodeSource;
  private client: EngineClient | undefined;
  private known = new Map<string, Job>();
  private readonly changed = new vscode.EventEmitter<Job | undefined>();
  /** Called with the job that changed; without one, the list or the engine itself changed. */
  readonly onChange = this.changed.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.source = codeSource(context.extensionPath);
  }

  /** Whether this package includes an engine: the universal package does not. */
  get isPackaged(): boolean {
    return existsSync(this.context.asAbsolutePath(this.source.entry));
  }

  /** The newest first. */
  get jobs(): readonly Job[] {
    return [...this.known.values()].sort((a, b) => b.queued - a.queued);
  }

  job(id: string): Job | undefined {
    return this.known.get(id);
  }

  /** Finds what other windows or an earlier session left, without starting anything. */
  async look(): Promise<void> {
    if (!this.mayRun || !(await this.connected().isRunning())) return;
    await this.list();
  }

  /** Starts the engine if necessary. Relative paths of a config are resolved against `cwd`. */
  async start(request: JobRequestInput, cwd: string): Promise<Job> {
    const job = await this.call(startJob, { cwd, request });
    this.take(job);
    return job;
  }

  async call<Asked, Params, Result>(call: Call<Asked, Params, Result>, asked: Asked): Promise<Result> {
    if (!vscode.workspace.isTrusted)
      throw new Error(vscode.l10n.t('The engine does not start in an untrusted workspace.'));
    if (!this.isPackaged)
      throw new Error(
        vscode.l10n.t('This package of Regrip does not include the engine, which runs only on Linux (x64).'),
      );
    return this.connected().call(call, asked);
  }

  /** Every event of a job, from its first, until it is disposed. */
  follow(
    id: string,
    onEvents: (events: readonly JobEvent[]) => void,
  ): Promise<Following & { readonly job: Job }> {
    return this.connected().follow(id, onEvents);
  }

  /** Undefined where none runs. */
  async status(): Promise<EngineStatus | undefined> {
    return this.mayRun ? this.connected().running(status, {}) : undefined;
  }

  /** Ends it and its jobs; trainings write their checkpoints first. */
  async stop(): Promise<void> {
    await this.connected().running(shutdown, {});
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.client?.dispose(); // jobs continue
    this.changed.dispose();
  }

  private get mayRun(): boolean {
    return vscode.workspace.isTrusted && this.isPackaged;
  }

  private connected(): EngineClient {
    this.client ??= new EngineClient({
      places: placesOf(),
      source: this.source,
      engineHome: engineHome(),
      env: process.env,
      node: vscode.workspace.getConfiguration('regrip').get<string>('node.path', ''),
      listeners: {
        jobChanged: (job) => this.take(job),
        jobForgotten: (id) => {
          this.known.delete(id);
          this.changed.fire(undefined);
        },
        connected: (pid) => {
          this.log.info(`connected to the engine, process ${pid}`);
          void this.list().catch((error: unknown) => this.log.error(String(error)));
        },
        lost: (reason) => {
          this.log.warn(reason.message);
          this.changed.fire(undefined);
        },
        problem: (problem) => this.log.error(problem),
      },
    });
    return this.client;
  }

  private async list(): Promise<void> {
    const { jobs } = await this.connected().call(listJobs, {});
    this.known = new Map(jobs.map((job) => [job.id, job]));
    this.changed.fire(undefined);
  }

  private take(job: Job): void {
    this.known.set(job.id, job);
    this.changed.fire(job);
  }
}
