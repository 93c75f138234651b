/** Trains with the user's own train.py: starts it, tells what its log and its checkpoints say, ends it. */
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { residentBytes } from '../base/memory.js';
import { LogTail } from '../formats/run/logTail.js';
import type { RunState, TrainEvent, TrainRequest, TrainResult } from '../protocol.js';
import type { TrainOptions } from '../train/options.js';
import type { RunFolder } from '../train/runFolder.js';
import { bestByName } from './pythonBest.js';
import { PythonCheckpoints, savedPosition } from './pythonCheckpoints.js';
import { pythonFailed } from './pythonError.js';
import { PythonEvents } from './pythonEvents.js';
import { ScratchGuard } from './pythonGuard.js';
import { stopNote } from './pythonNotes.js';
import { type PythonEnd, type PythonProcess, startPython } from './pythonProcess.js';
import { PythonStop } from './pythonStop.js';

export interface PythonJob {
  readonly folder: RunFolder;
  readonly words: readonly string[];
  readonly workingFolder: string;
  /** As the user gave it. */
  readonly configFile: string;
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
const MEMORY_EVERY_MS = 5000;

/** What train.py prints; Hydra's own log is `train.log`. */
export function pythonLog(folder: RunFolder): string {
  return join(folder.path, 'output.log');
}

/** Rejects with `python-failed` when train.py fails. */
export async function runPython(job: PythonJob, hooks: PythonHooks): Promise<TrainResult> {
  const run = new PythonRun(job, hooks);
  try {
    return await run.train();
  } catch (error) {
    await run.fail(error instanceof Error ? error.message : String(error)).catch(() => undefined);
    throw error;
  }
}

class PythonRun {
  private readonly checkpoints: PythonCheckpoints;
  private readonly events: PythonEvents;
  private readonly guard: ScratchGuard | undefined;
  private isStopAfterEpochAsked = false;
  /** Since a stop after the epoch was asked. */
  private hasSaved = false;
  /** One after the other: the last state is the one that stays. */
  private recorded: Promise<void> = Promise.resolve();
  private memory = { bytes: 0, at: 0 };

  constructor(
    private readonly job: PythonJob,
    private readonly hooks: PythonHooks,
  ) {
    const { folder, begins, checkpoint, mustBeginLow, script } = job;
    this.checkpoints = new PythonCheckpoints(folder.checkpoints);
    this.events = new PythonEvents(
      begins,
      (event) => this.tell(event),
      () => this.memory.bytes,
    );
    if (checkpoint !== undefined)
      this.guard = new ScratchGuard({ checkpoint, script: basename(script), mustBeginLow });
  }

  async train(): Promise<TrainResult> {
    const { job, hooks } = this;
    const { folder } = job;
    await this.checkpoints.begin();
    await this.record('running');
    const tail = await tailFromHere(folder, (rows) => this.events.rows(rows));
    const process = startPython(job.words, {
      cwd: job.workingFolder,
      env: hooks.env,
      log: pythonLog(folder),
      onLine: (line) => this.guard?.line(line),
    });
    this.tell(job.begins);
    const stop = new PythonStop((signal) => process.signal(signal));
    const release = this.listen(process, stop);
    try {
      const end = await this.watch(process, stop, tail);
      return await this.answer(end, stop.isAsked || hooks.killSignal.aborted);
    } finally {
      release();
    }
  }

  /** A start that never took a step leaves no checkpoint of ours, so that the same call begins anew. */
  async fail(reason: string): Promise<void> {
    const { begins, folder } = this.job;
    if (begins.start === 'weights' && this.events.steps === 0) await rm(folder.latest, { force: true });
    await this.record('failed', reason);
  }

  private record(state: RunState, reason?: string): Promise<void> {
    const { folder, begins } = this.job;
    const { epochsDone, globalStep } = this.events;
    const progress = { epoch: epochsDone, epochs: begins.epochs, globalStep };
    const best = this.best();
    this.recorded = this.recorded
      .catch(() => undefined)
      .then(() => folder.record(state, progress, best, reason));
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
    const which = checkpointEvery === 1 ? "its epoch's checkpoint" : 'its next checkpoint';
    this.note(
      `train.py is stopped once it has written ${which} (training.checkpoint_every=${checkpointEvery})`,
    );
  }

  /** Looks at what train.py writes until it has ended. */
  private async watch(process: PythonProcess, stop: PythonStop, tail: LogTail): Promise<PythonEnd> {
    let end: PythonEnd | undefined;
    let failure: unknown;
    const ending = process.ended.then(
      (ended) => {
        end = ended;
      },
      (error: unknown) => {
        failure = error;
      },
    );
    while (end === undefined && failure === undefined) {
      await Promise.race([ending, wait(LOOK_EVERY_MS)]);
      await this.look(tail, process.pid);
      const { isWriting } = this.checkpoints;
      // A resumed train.py would go on beyond the run's last epoch.
      const isBeyond = this.events.isComplete && this.job.begins.start === 'resume';
      if ((isBeyond || this.hasSaved) && !isWriting) stop.ask();
      stop.look(isWriting);
    }
    if (failure !== undefined) throw failure;
    await this.look(tail, undefined); // a checkpoint counts at its second look
    return end!;
  }

  private async look(tail: LogTail, pid: number | undefined): Promise<void> {
    const losses = [...this.events.firstLosses]; // before the log is read: what was printed earlier has been heard by then
    if (pid !== undefined && Date.now() - this.memory.at > MEMORY_EVERY_MS)
      this.memory = { bytes: await residentBytes(pid), at: Date.now() };
    await tail.read(false);
    for (const message of this.guard?.judge(losses) ?? []) this.note(message);
    for (const path of await this.checkpoints.look()) {
      this.hasSaved = this.isStopAfterEpochAsked;
      this.tell({ event: 'checkpoint', path });
    }
  }

  private async answer(end: PythonEnd, isStopped: boolean): Promise<TrainResult> {
    const { events, job } = this;
    if (end.code === 0) events.finish();
    for (const message of this.guard?.judge(events.firstLosses) ?? []) this.note(message);
    if (events.isComplete || (end.code === 0 && !isStopped && events.steps > 0)) return this.done();
    if (isStopped) return this.paused();
    throw pythonFailed({
      how: end.how,
      python: job.words[0]!,
      output: end.output,
      log: pythonLog(job.folder),
      workingFolder: job.workingFolder,
      configFile: job.configFile,
      checkpoint: job.checkpoint,
    });
  }

  private async done(): Promise<TrainResult> {
    const { events, job } = this;
    const { epochs, start } = job.begins;
    if (events.epochsDone < epochs)
      this.note(`train.py ended by itself after ${events.epochsDone} of ${epochs} epochs`);
    // The few steps that it went on for until it was stopped.
    if (start === 'resume') await job.folder.rewindLog(events.globalStep);
    await this.record('done');
    return this.result('done', events.epochsDone);
  }

  private async paused(): Promise<TrainResult> {
    const { folder, options } = this.job;
    const saved = await savedPosition(folder.latest, options.accumulate);
    this.note(stopNote(saved, this.events.globalStep));
    await this.record('paused');
    return this.result('paused', saved?.epochsDone ?? 0);
  }

  private result(state: TrainResult['state'], epochs: number): TrainResult {
    return { state, runDir: this.job.folder.path, epochs, best: this.best() };
  }

  private best(): TrainResult['best'] {
    return bestByName(this.checkpoints.names(), this.job.options.topK);
  }

  private note(message: string): void {
    this.tell({ event: 'note', message });
  }

  private tell(event: TrainEvent): void {
    this.hooks.onEvent(event);
    if (event.event === 'epoch') void this.record('running').catch(() => undefined);
  }
}

/** Upstream appends, after cutting off half a line that a kill left. */
async function tailFromHere(
  folder: RunFolder,
  onRows: ConstructorParameters<typeof LogTail>[1],
): Promise<LogTail> {
  return new LogTail(folder.log, onRows, await folder.logBytes());
}
