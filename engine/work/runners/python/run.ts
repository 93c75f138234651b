/** Trains with the user's own train.py: starts it, follows it, ends it, and reports the result. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RegripError } from '../../../base/errors.js';
import type { TrainOptions } from '../../../training/options.js';
import type { RunFolder, Trainer } from '../../../training/runFolder.js';
import type { RunState, TrainEvent, TrainRequest, TrainResult } from '../../../wire/workerMessages.js';
import { type SavedPosition, savedPosition, versionOf } from './checkpoints.js';
import { pythonFailed } from './error.js';
import { ScratchGuard } from './guard.js';
import { notFiniteFailure, notFiniteNote, stopNote, tornNote } from './notes.js';
import type { OnNaN } from './onNaN.js';
import { type PythonEnd, type PythonProcess, startPython } from './process.js';
import { PythonStop } from './stop.js';
import { PythonWatch } from './watch.js';

export interface PythonJob {
  readonly folder: RunFolder;
  readonly words: readonly string[];
  readonly workingFolder: string;
  /** The command that explains a key of the checkpoint; the key is appended. */
  readonly explain: (key: string) => string;
  /** Absolute. */
  readonly script: string;
  readonly begins: Extract<TrainEvent, { event: 'start' }>;
  /** The checkpoint that train.py is to load; undefined from scratch. */
  readonly checkpoint: string | undefined;
  /** Whether its weights are inherited, and the first losses must therefore be low. */
  readonly mustBeginLow: boolean;
  readonly options: TrainOptions;
  readonly onNaN: OnNaN;
}

export interface PythonHooks {
  readonly onEvent: (event: TrainEvent) => void;
  readonly signal: AbortSignal;
  /** Once aborted, train.py is killed. */
  readonly killSignal: AbortSignal;
  readonly onStarted?: (ask: (request: TrainRequest) => void) => void;
  readonly env: NodeJS.ProcessEnv;
}

const LOOK_EVERY_MS = 250;

/** The output of train.py; Hydra's own log is `train.log`. */
export function pythonLog(folder: RunFolder): string {
  return join(folder.path, 'output.log');
}

/** Rejects with `python-failed` when train.py fails. */
export async function runPython(job: PythonJob, hooks: PythonHooks): Promise<TrainResult> {
  const { folder, checkpoint, mustBeginLow, script, begins, options } = job;
  const guard =
    checkpoint === undefined
      ? undefined
      : new ScratchGuard({ checkpoint, script: basename(script), mustBeginLow });
  const emit = (event: TrainEvent): void => {
    hooks.onEvent(event);
    if (event.event === 'notFinite')
      hooks.onEvent({ event: 'note', message: notFiniteNote(event, job.onNaN) });
    if (event.event === 'epoch') void run.record('running').catch(() => undefined);
  };
  const { log, checkpoints } = folder;
  const logBytes = await folder.logBytes(); // upstream appends, after cutting off an incomplete line that a kill left
  const { topK } = options;
  const placed = begins.start === 'weights' ? await versionOf(folder.latest) : undefined;
  const watch = await PythonWatch.begin({ plan: begins, log, logBytes, checkpoints, topK, guard, emit });
  const run = new PythonRun(job, { ...hooks, onEvent: emit }, watch, { logBytes, placed });
  try {
    return await run.train((line) => guard?.line(line));
  } catch (error) {
    await run.fail(error instanceof Error ? error.message : String(error)).catch(() => undefined);
    throw error;
  }
}

/** The run folder as this start found it. */
interface Found {
  /** Bytes of the log that an earlier start wrote. */
  readonly logBytes: number;
  /** Version of the inherited weights that were placed as `latest.ckpt`. */
  readonly placed: string | undefined;
}

class PythonRun {
  private isStopAfterEpochAsked = false;
  /** Whether a checkpoint was written since a stop after the epoch was requested. */
  private hasSavedSince = false;
  private hasSaved = false;
  private isBlind = false;
  private trainer: Trainer | undefined;
  /** One after the other, so that the last state is the one that stays. */
  private recorded: Promise<void> = Promise.resolve();

  constructor(
    private readonly job: PythonJob,
    private readonly hooks: PythonHooks,
    private readonly watch: PythonWatch,
    private readonly found: Found,
  ) {}

  async train(onLine: (line: string) => void): Promise<TrainResult> {
    const { job, hooks } = this;
    const process = startPython(job.words, {
      cwd: job.workingFolder,
      env: hooks.env,
      log: pythonLog(job.folder),
      onLine,
    });
    if (process.pid !== undefined) this.trainer = { pid: process.pid, started: new Date() };
    hooks.onEvent(job.begins);
    const isWriting = () => this.watch.isWriting;
    const stop = new PythonStop({ send: (signal) => process.signal(signal), isWriting });
    const release = this.listen(process, stop);
    try {
      await this.record('running').catch((error: unknown) => this.blind(error));
      const end = await this.follow(process, stop);
      return await this.answer(end, stop.isAsked || hooks.killSignal.aborted);
    } finally {
      release();
    }
  }

  /** Removes our checkpoint after a start that saved nothing, so that the same command starts anew. */
  async fail(reason: string): Promise<void> {
    const { latest } = this.job.folder;
    const { placed } = this.found;
    const isOurs = placed !== undefined && (await versionOf(latest)) === placed;
    if (isOurs && this.watch.events.steps === 0) await rm(latest, { force: true });
    await this.record('failed', reason);
  }

  record(state: RunState, reason?: string): Promise<void> {
    const { folder, begins } = this.job;
    const { epochsDone, globalStep } = this.watch.events;
    const progress = { epoch: epochsDone, epochs: begins.epochs, globalStep };
    const { best } = this.watch;
    this.recorded = this.recorded
      .catch(() => undefined)
      .then(() => folder.record(state, progress, best, reason, this.trainer));
    return this.recorded;
  }

  /** Listens to a person's requests; returns a function that removes the listeners. */
  private listen(process: PythonProcess, stop: PythonStop): () => void {
    const { signal, killSignal, onStarted } = this.hooks;
    const ask = (): void => stop.ask();
    const kill = (): void => process.signal('SIGKILL');
    signal.addEventListener('abort', ask, { once: true });
    killSignal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) ask();
    if (killSignal.aborted) kill();
    onStarted?.((request) => {
      // Upstream cannot wait in memory, so a pause ends it; what it saved is resumed.
      if (request === 'pause') ask();
      if (request === 'stopAfterEpoch') this.askAfterEpoch();
    });
    return () => {
      signal.removeEventListener('abort', ask);
      killSignal.removeEventListener('abort', kill);
    };
  }

  private askAfterEpoch(): void {
    this.isStopAfterEpochAsked = true;
    const { checkpointEvery } = this.job.options;
    this.note(
      `train.py will be stopped once it has written its next checkpoint (training.checkpoint_every=${checkpointEvery})`,
    );
  }

  /** Runs until train.py has ended, whatever happens to the run folder meanwhile. */
  private async follow(process: PythonProcess, stop: PythonStop): Promise<PythonEnd> {
    const { watch, job } = this;
    let isOver = false;
    const ending = process.ended.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await Promise.race([ending, wait(LOOK_EVERY_MS)]);
      await this.look(process.pid);
      // A resumed train.py would continue beyond the run's last epoch.
      const isBeyond = watch.events.isComplete && job.begins.start === 'resume';
      if ((isBeyond || this.hasSavedSince) && !watch.isWriting) stop.ask();
      if (watch.events.notFinite !== undefined && job.onNaN === 'stop') stop.ask();
      stop.look();
    }
    return ending;
  }

  private async look(pid: number | undefined): Promise<void> {
    try {
      const saved = await this.watch.look(pid);
      this.hasSaved ||= saved;
      this.hasSavedSince ||= saved && this.isStopAfterEpochAsked;
      this.isBlind = false;
    } catch (error) {
      this.blind(error);
    }
  }

  /** A full disk or an unreachable network drive: train.py keeps running, and so do we. */
  private blind(error: unknown): void {
    if (this.isBlind) return;
    this.isBlind = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.note(`cannot read the run folder right now (${reason}); train.py keeps running`);
  }

  private async answer(end: PythonEnd, isStopped: boolean): Promise<TrainResult> {
    const { watch } = this;
    const byItself = end.code === 0;
    this.hasSaved = (await watch.end(byItself)) || this.hasSaved;
    const { isComplete, steps, notFinite, isNotFinite } = watch.events;
    if (notFinite !== undefined && isNotFinite) throw notFiniteFailure(notFinite, isStopped);
    if (byItself && !isStopped && (steps > 0 || this.hasSaved)) return this.done();
    if (isComplete) return byItself || isStopped ? this.done() : this.doneButFailed(end);
    if (isStopped) return this.paused();
    throw this.failure(byItself ? `${end.how} before it logged a step` : end.how, end);
  }

  private failure(how: string, { output }: PythonEnd): RegripError {
    const { words, folder, workingFolder, explain } = this.job;
    return pythonFailed({ how, python: words[0]!, output, log: pythonLog(folder), workingFolder, explain });
  }

  private async done(): Promise<TrainResult> {
    const { events } = this.watch;
    const { begins, folder } = this.job;
    const saved = events.steps === 0 ? await this.saved() : undefined;
    const epochsDone = saved?.epochsDone ?? events.epochsDone;
    if (events.steps === 0)
      this.note(`train.py wrote checkpoints but did not log any step to ${folder.log}: there are no curves`);
    else if (!events.isComplete)
      this.note(`train.py ended by itself after ${epochsDone} of ${begins.epochs} epochs`);
    // The few steps that it still trained before it was stopped.
    if (begins.start === 'resume') await folder.dropLaterEpochs(this.found.logBytes, begins.epochs);
    await this.record('done');
    return this.result('done', epochsDone);
  }

  /** All epochs were logged. Throws where the last of them was not saved in a checkpoint. */
  private async doneButFailed(end: PythonEnd): Promise<TrainResult> {
    const failure = this.failure(`${end.how} after its last epoch`, end);
    if ((await this.saved()) === undefined) throw failure;
    this.note(failure.message);
    return this.done();
  }

  private async paused(): Promise<TrainResult> {
    const { latest, checkpoints } = this.job.folder;
    const saved = await this.saved();
    const best = this.watch.best?.checkpoint;
    const isTorn = saved === undefined && existsSync(latest);
    this.note(
      isTorn
        ? tornNote(latest, best === undefined ? undefined : join(checkpoints, best))
        : stopNote(saved, this.watch.events.globalStep),
    );
    await this.record('paused');
    return this.result('paused', saved?.epochsDone ?? 0);
  }

  private saved(): Promise<SavedPosition | undefined> {
    const { folder, options } = this.job;
    return savedPosition(folder.latest, options.accumulate);
  }

  private result(state: TrainResult['state'], epochs: number): TrainResult {
    return { state, runDir: this.job.folder.path, epochs, best: this.watch.best };
  }

  private note(message: string): void {
    this.hooks.onEvent({ event: 'note', message });
  }
}
