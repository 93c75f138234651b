/** One job from the queue to its end: which requests each state allows, what it reports, what is stored. */

import { setTimeout as wait } from 'node:timers/promises';
import { type RegripError, unreachable } from '../base/errors.js';
import { isSameAlive, markOf, type ProcessMark } from '../base/process.js';
import { commandLine } from '../base/shell.js';
import { onOneLine } from '../base/shown.js';
import { RunFolder } from '../training/runFolder.js';
import {
  isLive,
  type Job,
  type JobCall,
  type JobProgress,
  type JobRequest,
  type JobTelling,
} from '../wire/jobs.js';
import type { TrainEvent } from '../wire/workerMessages.js';
import { pathsOf, resumed, titleOf, wordsOf } from './commandLine.js';
import { EventLog } from './eventLog.js';
import { type JobEnd, type JobNews, type JobProcess, startJobProcess } from './jobProcess.js';
import type { JobStore, KeptJob, StoredJob } from './jobStore.js';
import { interrupted, type Outcome, outcomeOf, stopHint } from './outcome.js';
import { SupervisorError } from './supervisorError.js';

export interface JobSurroundings {
  readonly store: JobStore;
  readonly now: () => number;
  readonly onChange: (job: ManagedJob) => void;
  readonly onResult: (request: JobRequest, result: unknown) => void;
  /** It waits again. */
  readonly onQueued: () => void;
  readonly onProblem: (problem: Error) => void;
}

/** Its size in the list; beyond the request (`MAX_CALL_BYTES`) there is room for its title and folders. */
const MAX_JOB_BYTES = 48 * 1024;
/** A table of thousands of rows arrives as one text. */
const MAX_TEXT = 2 ** 16;
/** Progress does not justify writes to a disk that many may share. */
const SAVE_PROGRESS_EVERY_MS = 5000;

/** How long a process may take for its step and its checkpoint. */
const LAST_CHECKPOINT_MS = 60_000;
const LOOK_EVERY_MS = 100;

export class ManagedJob {
  private process: JobProcess | undefined;
  /** Present while the job is live or has readers. */
  private log: EventLog | undefined;
  private request: JobRequest;
  private isEndWanted = false;
  /** The process left by a killed supervisor that was asked to end. */
  private askedSurvivor: number | undefined;
  private lastSaved = 0;
  private saving: Promise<void> = Promise.resolve();

  private current: Job;
  private readonly call: JobCall;
  private mark: ProcessMark | undefined;

  private constructor(
    { job, call, process }: KeptJob,
    private readonly around: JobSurroundings,
  ) {
    this.current = job;
    this.call = call;
    this.mark = process;
    this.request = call.request;
  }

  static async create(id: string, call: JobCall, around: JobSurroundings): Promise<ManagedJob> {
    const { cwd, request } = call;
    const job: Job = {
      id,
      kind: request.kind,
      title: onOneLine(titleOf(request)),
      ...pathsOf(request),
      state: 'queued',
      queued: around.now(),
      command: commandOf(request),
      cwd,
      resumable: false,
    };
    const bytes = Buffer.byteLength(JSON.stringify(job));
    if (bytes > MAX_JOB_BYTES)
      throw new SupervisorError({
        code: 'job-too-large',
        message: `the job would take ${bytes} bytes in the list, more than the limit of ${MAX_JOB_BYTES}`,
        hint: 'name folders or patterns instead of files',
      });
    await around.store.create({ job, call });
    const created = new ManagedJob({ job, call }, around);
    await created.openLog();
    created.tell({ kind: 'state', state: 'queued' });
    return created;
  }

  /** A job read from disk; if it was live, its supervisor is gone, and it ends here. */
  static async load(stored: StoredJob, around: JobSurroundings): Promise<ManagedJob> {
    const loaded = new ManagedJob(stored, around);
    if (!isLive(stored.job)) return loaded;
    await loaded.openLog();
    loaded.end(interrupted(await loaded.survivor()));
    return loaded;
  }

  get job(): Job {
    return this.current;
  }

  /** Its events. Call `closeLog` when done reading. */
  async openLog(): Promise<EventLog> {
    const { store, onProblem } = this.around;
    const opened = this.log ?? (await EventLog.open(store.eventsOf(this.current.id), onProblem));
    this.log ??= opened; // two callers may have waited for the disk
    return this.log;
  }

  /** Frees the events' memory when nobody reads them and none are added. */
  async closeLog(): Promise<void> {
    await this.log?.flush();
    if (this.log?.hasReaders === false && !isLive(this.current)) this.log = undefined;
  }

  start(): void {
    this.isEndWanted = false;
    this.process = startJobProcess(wordsOf(this.request), this.call.cwd, {
      onNews: (news) => this.hear(news),
      onEnd: (end) => this.finish(end),
    });
    const { pid } = this.process;
    this.mark = pid === undefined ? undefined : markOf(pid);
    this.change({ state: 'running', started: this.around.now() });
  }

  /** The first call ends it like Ctrl-C, the second kills it. */
  async cancel(): Promise<void> {
    if (this.current.state === 'queued') {
      this.end({ state: 'cancelled', resumable: true });
      return;
    }
    if (this.process === undefined && (await this.stopSurvivor())) return;
    const process = this.requireProcess('cancelled');
    if (this.isEndWanted) process.kill();
    else this.askToEnd(process);
  }

  kill(): void {
    this.process?.kill();
  }

  /** Like `cancel`, but repeated calls do not kill it: the checkpoint is still written. */
  async stopNow(): Promise<void> {
    if (this.process === undefined && (await this.stopSurvivor())) return;
    this.askToEnd(this.requireTraining('stopped'));
  }

  stopAfterEpoch(): void {
    this.requireTraining('stopped after its epoch').send({ kind: 'ask', request: 'stopAfterEpoch' });
    this.change({ state: 'stopping' });
  }

  pause(): void {
    this.requireTraining('paused').send({ kind: 'ask', request: 'pause' });
  }

  async resume(): Promise<void> {
    if (isLive(this.current)) {
      this.requireTraining('resumed').send({ kind: 'ask', request: 'continue' });
      return;
    }
    if (!this.current.resumable) throw this.refusal('resumed');
    await this.untilGone();
    await this.openLog();
    if (isLive(this.current)) return; // requested twice
    const { error: _error, ended: _ended, started: _started, progress: _progress, ...kept } = this.current;
    this.request = resumed(this.call.request, kept.runDir);
    this.current = { ...kept, command: commandOf(this.request), resumable: false };
    this.change({ state: 'queued' });
    this.around.onQueued();
  }

  /**
   * A process left by a killed supervisor is sent SIGINT, the second time SIGKILL. False where no process is left, or
   * the job has not ended.
   */
  private async stopSurvivor(): Promise<boolean> {
    const pid = isLive(this.current) ? undefined : await this.survivor();
    if (pid === undefined) return false;
    try {
      process.kill(pid, this.askedSurvivor === pid ? 'SIGKILL' : 'SIGINT');
    } catch {
      return false; // it has just ended
    }
    this.askedSurvivor = pid;
    return true;
  }

  /** Two processes must not write the same output. */
  private async untilGone(): Promise<void> {
    const deadline = this.around.now() + LAST_CHECKPOINT_MS;
    for (let pid = await this.survivor(); pid !== undefined; pid = await this.survivor()) {
      if (this.around.now() > deadline)
        throw this.refusal(`resumed while process ${pid} is still working on it`, stopHint(pid));
      await wait(LOOK_EVERY_MS);
    }
  }

  /** The job's process, or the one with its tensors, if a killed supervisor or job left it behind to write its checkpoint. */
  private async survivor(): Promise<number | undefined> {
    if (this.mark !== undefined && isSameAlive(this.mark)) return this.mark.pid;
    const { runDir } = this.current;
    return runDir === undefined ? undefined : (await new RunFolder(runDir).holder())?.pid;
  }

  /** Settles once all events and records are on disk. */
  async settled(): Promise<void> {
    await this.saving;
    await this.log?.flush();
  }

  private hear(news: JobNews): void {
    switch (news.kind) {
      case 'log':
        for (let at = 0; at < news.text.length; at += MAX_TEXT)
          this.tell({ kind: 'log', text: news.text.slice(at, at + MAX_TEXT) });
        return;
      case 'progress':
        this.tell(news);
        this.advance(news.progress);
        return;
      case 'train':
        this.tell(news);
        this.heed(news.event);
        return;
      case 'device':
        this.change({ device: news.device });
        return;
      case 'runDir':
        this.change({ runDir: news.path });
        return;
      default:
        unreachable(news);
    }
  }

  private heed(event: TrainEvent): void {
    switch (event.event) {
      case 'start':
        this.change({ device: event.device, runDir: event.runDir });
        return;
      case 'step':
        this.advance(stepProgress(event));
        return;
      case 'paused':
        this.change({ state: 'paused' });
        return;
      case 'continued':
        this.change({ state: 'running' });
        return;
    }
  }

  private finish(end: JobEnd): void {
    this.process = undefined;
    const outcome = outcomeOf(this.current, end, this.isEndWanted);
    if (end.kind === 'done' && outcome.error === undefined) {
      this.tell({ kind: 'result', result: end.result });
      this.around.onResult(this.request, end.result);
    }
    this.end(outcome);
  }

  private end(outcome: Outcome): void {
    this.change({ ...outcome, ended: this.around.now() });
    void this.closeLog();
  }

  private askToEnd(process: JobProcess): void {
    this.isEndWanted = true;
    process.send({ kind: 'stop' });
    this.change({ state: 'stopping' });
  }

  private advance(progress: JobProgress): void {
    this.current = { ...this.current, progress };
    if (this.around.now() - this.lastSaved > SAVE_PROGRESS_EVERY_MS) this.save();
    this.around.onChange(this);
  }

  private change(changes: Partial<Job>): void {
    // A stop request stays in force whatever a training reports on its way to the stop.
    const state =
      this.current.state === 'stopping' && changes.ended === undefined ? 'stopping' : changes.state;
    const isNew = state !== undefined && (state !== this.current.state || changes.started !== undefined);
    this.current = { ...this.current, ...changes, ...(state === undefined ? {} : { state }) };
    const { error } = changes;
    if (isNew) this.tell(error === undefined ? { kind: 'state', state } : { kind: 'state', state, error });
    this.save();
    this.around.onChange(this);
  }

  private tell(told: JobTelling): void {
    this.log?.append(told, this.around.now());
  }

  private save(): void {
    this.lastSaved = this.around.now();
    const kept = { job: this.current, call: this.call, process: this.mark };
    this.saving = this.saving.then(() => this.around.store.save(kept));
  }

  private requireTraining(what: string): JobProcess {
    if (this.current.kind !== 'finetune')
      throw new SupervisorError({
        code: 'job-no-training',
        message: `${this.current.title} is not a fine-tune and cannot be ${what}`,
        hint: 'cancel it instead',
      });
    return this.requireProcess(what);
  }

  private requireProcess(what: string): JobProcess {
    if (this.process === undefined) throw this.refusal(what);
    return this.process;
  }

  private refusal(what: string, hint?: string): RegripError {
    const { title, state } = this.current;
    const message = `${title} is ${state} and cannot be ${what}`;
    return new SupervisorError({ code: 'job-state', message, ...(hint === undefined ? {} : { hint }) });
  }
}

function commandOf(request: JobRequest): string {
  return commandLine(['regrip', ...wordsOf(request)]);
}

/** Of the whole run, in optimizer batches. */
function stepProgress(event: Extract<TrainEvent, { event: 'step' }>): JobProgress {
  const { globalStep, stepsPerSecond, secondsLeft } = event;
  const left = Math.round(stepsPerSecond * secondsLeft);
  return {
    done: globalStep,
    total: globalStep + left,
    unit: 'steps',
    rate: stepsPerSecond,
    timeLeft: secondsLeft,
  };
}
