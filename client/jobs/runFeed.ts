/** Fills a run panel: the log of its folder, and the events of the job that trains there. Without `vscode`. */
import { join } from 'node:path';
import * as v from 'valibot';
import { LogTail } from '../../engine/formats/run/logTail.js';
import { jobResults } from '../../engine/wire/jobResults.js';
import { isLive, type Job, type JobEvent } from '../../engine/wire/jobs.js';
import type { RunModel } from '../panels/runModel.js';

/** Of the engine, what a feed needs. */
interface JobFollower {
  follow(id: string, onEvents: (events: readonly JobEvent[]) => void): Promise<{ dispose(): void }>;
}

export class RunFeed {
  private readonly tails = new Map<number, LogTail>();
  private following: Promise<{ dispose(): void }> | undefined;

  constructor(
    private readonly model: RunModel,
    private readonly engine: JobFollower,
    private readonly onProblem: (error: unknown) => void,
  ) {}

  /** A job that trains, or trained, in `runDir`. */
  async job(job: Job, runDir: string): Promise<void> {
    await this.folder(runDir, isLive(job));
    this.following = this.engine.follow(job.id, (events) => this.take(events));
    await this.following;
  }

  /** A folder alone: a run of another trainer, or one whose job is forgotten. */
  async folder(runDir: string, isAtWork: boolean): Promise<void> {
    await this.tail(0, runDir, isAtWork);
  }

  /** Another run beside it; false when there are as many as charts can tell apart. */
  async compare(name: string, runDir: string): Promise<boolean> {
    const run = this.model.addRun(name);
    if (run !== undefined) await this.tail(run, runDir, true);
    return run !== undefined;
  }

  remove(run: number): void {
    this.tails.get(run)?.dispose();
    this.tails.delete(run);
    this.model.removeRun(run);
  }

  dispose(): void {
    for (const tail of this.tails.values()) tail.dispose();
    this.following?.then(
      (following) => following.dispose(),
      () => undefined,
    );
  }

  private async tail(run: number, runDir: string, isLiveLog: boolean): Promise<void> {
    const tail = new LogTail(join(runDir, 'logs.json.txt'), (rows) => this.model.log(rows, run));
    this.tails.set(run, tail);
    await tail.read(isLiveLog);
  }

  private take(events: readonly JobEvent[]): void {
    for (const { told } of events) {
      if (told.kind === 'train') this.model.event(told.event);
      // A process may be left of a job whose engine was killed.
      const mayBeLeft = told.kind === 'state' && told.error?.code === 'engine-stopped';
      if (told.kind === 'state') this.model.setState(told.state, reasonOf(told.error), mayBeLeft);
      if (told.kind === 'state' && told.state === 'done') void this.tails.get(0)?.read(false);
      if (told.kind === 'result') this.finish(told.result);
    }
  }

  private finish(result: unknown): void {
    const parsed = v.safeParse(jobResults.finetune, result);
    if (!parsed.success) {
      this.onProblem(parsed.issues);
      return;
    }
    const { state, runDir, epochs } = parsed.output;
    this.model.finish({ state, runDir, epochs, best: null });
  }
}

export function reasonOf(
  error: { readonly message: string; readonly hint?: string | undefined } | undefined,
): string | undefined {
  return error && [error.message, error.hint].filter((part) => part !== undefined).join('. ');
}
