/** Trains with the user's own train.py: starts it, follows it, ends it, and says what came of it. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunState, TrainEvent, TrainRequest, TrainResult } from '../protocol.js';
import type { TrainOptions } from '../train/options.js';
import type { RunFolder, Trainer } from '../train/runFolder.js';
import { savedPosition } from './pythonCheckpoints.js';
import { pythonFailed } from './pythonError.js';
import { ScratchGuard } from './pythonGuard.js';
import { stopNote } from './pythonNotes.js';
import { type PythonEnd, type PythonProcess, startPython } from './pythonProcess.js';
import { PythonStop } from './pythonStop.js';
import { PythonWatch } from './pythonWatch.js';

export interface PythonJob {
  readonly folder: RunFolder;
  readonly words: readonly string[];
  readonly workingFolder: string;
  /** Explains a key of the checkpoint: a call of the command line, to which the key is added. */
  readonly explain: (key: string) => string;
  /** Absolute. */
  readonly script: string;
  readonly begins: Extract<TrainEvent, { event: 'start' }>;
  /** The checkpoint that train.py is to load; undefined from scratch. */
  readonly checkpoint: string | undefined;
  /** Whether its weights are inherited, and the first losses must therefore be low. */
  readonly mustBeginLow: boolean;
  readonly options: TrainOptions;
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

/** What train.py prints; Hydra's own log is `train.log`. */
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
    if (event.event === 'epoch') void run.record('running').catch(() => undefined);
  };
  const { log, checkpoints } = folder;
  const logBytes = await folder.logBytes(); // upstream appends, after cutting off half a line that a kill left
  const { topK } = options;
  const watch = await PythonWatch.begin({ plan: begins, log, logBytes, checkpoints, topK, guard, emit });
  const run = new PythonRun(job, { ...hooks, onEvent: emit }, watch);
  try {
    return await run.train((line) => guard?.line(line));
  } catch (error) {
    await run.fail(error instanceof Error ? error.message : String(error)).catch(() => undefined);
    throw error;
  }
}

class PythonRun {
  private isStopAfterEpochAsked = false;
  /** Since a stop after the epoch was asked. */
  private hasSaved = false;
  private trainer: Trainer | undefined;
  /** One after the other: the last state is the one that stays. */
  private recorded: Promise<void> = Promise.resolve();

  constructor(
    private readonly job: PythonJob,
    private readonly hooks: PythonHooks,
    private readonly watch: PythonWatch,
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
    const stop = new PythonStop((signal) => process.signal(signal));
    const release = this.listen(process, stop);
    try {
      await this.record('running');
      const end = await this.follow(process, stop);
      return await this.answer(end, stop.isAsked || hooks.killSignal.aborted);
    } finally {
      release();
    }
  }

  /** A start that never took a step leaves no checkpoint of ours, so that the same call begins anew. */
  async fail(reason: string): Promise<void> {
    const { begins, folder } = this.job;
    if (begins.start === 'weights' && this.watch.events.steps === 0) await rm(folder.latest, { force: true });
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

  /** Requests of a person; returns what takes the listeners off. */
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
      `train.py is stopped once it has written its next checkpoint (training.checkpoint_every=${checkpointEvery})`,
    );
  }

  /** Until train.py has ended. */
  private async follow(process: PythonProcess, stop: PythonStop): Promise<PythonEnd> {
    const { watch, job } = this;
    let isOver = false;
    const ending = process.ended.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await Promise.race([ending, wait(LOOK_EVERY_MS)]);
      const saved = await watch.look(process.pid);
      this.hasSaved ||= saved && this.isStopAfterEpochAsked;
      // A resumed train.py would go on beyond the run's last epoch.
      const isBeyond = watch.events.isComplete && job.begins.start === 'resume';
      if ((isBeyond || this.hasSaved) && !watch.isWriting) stop.ask();
      stop.look(watch.isWriting);
    }
    return ending;
  }

  private async answer(end: PythonEnd, isStopped: boolean): Promise<TrainResult> {
    const { job, watch } = this;
    const byItself = end.code === 0;
    await watch.end(byItself);
    if (watch.events.isComplete || (byItself && !isStopped && watch.events.steps > 0)) return this.done();
    if (isStopped) return this.paused();
    throw pythonFailed({
      how: byItself ? `${end.how} before it logged a step` : end.how,
      python: job.words[0]!,
      output: end.output,
      log: pythonLog(job.folder),
      workingFolder: job.workingFolder,
      explain: job.explain,
    });
  }

  private async done(): Promise<TrainResult> {
    const { events } = this.watch;
    const { begins, folder } = this.job;
    if (!events.isComplete)
      this.note(`train.py ended by itself after ${events.epochsDone} of ${begins.epochs} epochs`);
    // The few steps that it went on for until it was stopped.
    if (begins.start === 'resume') await folder.rewindLog(events.globalStep);
    await this.record('done');
    return this.result('done', events.epochsDone);
  }

  private async paused(): Promise<TrainResult> {
    const { folder, options } = this.job;
    const saved = await savedPosition(folder.latest, options.accumulate);
    this.note(stopNote(saved, this.watch.events.globalStep));
    await this.record('paused');
    return this.result('paused', saved?.epochsDone ?? 0);
  }

  private result(state: TrainResult['state'], epochs: number): TrainResult {
    return { state, runDir: this.job.folder.path, epochs, best: this.watch.best };
  }

  private note(message: string): void {
    this.hooks.onEvent({ event: 'note', message });
  }
}
