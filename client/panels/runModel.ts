/** What the run panel shows: curves from the log, progress from the job's events, and what a person should be warned of. */

import { counted } from '../../engine/base/counted.js';
import type { LivingRun } from '../../engine/formats/run/livingRun.js';
import { METRICS } from '../../engine/formats/run/metrics.js';
import type { LogLine } from '../../engine/formats/run/trainLog.js';
import type { TrainEvent, TrainResult } from '../../engine/wire/workerMessages.js';
import { clipped } from './clip.js';
import { RunCurves } from './curves.js';
import type { Banner } from './messageParts.js';
import { Changes, type PanelModel } from './model.js';
import type { CurveUpdate, JobState, RunControl, RunNumber, RunToPage } from './panelMessages.js';
import { RunProgress } from './runProgress.js';
import { runBanners, type WeightsPromise } from './runWarnings.js';

interface RunSubject {
  /** Short, for the title. */
  readonly name: string;
  /** Absolute. */
  readonly runDir: string;
}

interface ShownRun {
  readonly id: number;
  readonly name: string;
  readonly curves: RunCurves;
}

/** Headline numbers, the most important first. */
const NUMBERS = [
  'val_gripper_accuracy',
  'val_gripper_f1_2',
  'val_position_error_m',
  'val_rotation_error_deg',
  'val_loss',
  'train_loss',
] as const;
/** As many as a person can read at a glance, and as dashes and colours can distinguish. */
export const MAX_RUNS = 8;
/** A trainer reports about ten. */
const MAX_NOTES = 100;

const CONTROLS: Readonly<Record<JobState, readonly RunControl[]>> = {
  queued: ['stopNow'],
  running: ['pause', 'stopAfterEpoch', 'stopNow'],
  pausing: ['stopNow'],
  stopping: ['stopNow'],
  paused: ['resume'],
  stopped: ['resume'],
  cancelled: ['resume'],
  failed: ['resume'],
  done: [],
};

export class RunModel implements PanelModel<'run'> {
  readonly kind = 'run';
  readonly changed = new Changes();
  private readonly progress = new RunProgress();
  private readonly runs: ShownRun[];
  private nextRun = 1;
  private state: JobState = 'queued';
  private reason: string | undefined;
  private mayBeLeft = false;
  private holder: LivingRun | undefined;
  private promise: WeightsPromise | undefined;
  private start: Extract<TrainEvent, { event: 'start' }> | undefined;
  private readonly notes: string[] = [];
  private zoomRange: readonly [number, number] | undefined;
  /** A run was added or removed, or the zoom changed: the page drops its curves. */
  private isReset = false;

  constructor(private readonly about: RunSubject) {
    this.runs = [{ id: 0, name: clipped(about.name), curves: new RunCurves() }];
  }

  get subject(): string {
    return this.about.runDir;
  }

  /** Rows of a run's `logs.json.txt`, in their order: its history, then what it writes. */
  log(rows: Iterable<LogLine>, run = 0): void {
    const curves = this.runs.find(({ id }) => id === run)?.curves;
    if (curves === undefined) return;
    for (const row of rows) curves.add(row);
    this.changed.fire();
  }

  event(event: TrainEvent): void {
    if (event.event === 'start') this.begin(event);
    if (event.event === 'note' && this.notes.length < MAX_NOTES) this.notes.push(clipped(event.message));
    if (event.event === 'step') this.step(event);
    if (event.event === 'epoch') this.own.preview(event.log);
    this.progress.event(event);
    this.changed.fire();
  }

  /** The job's answer. */
  finish(result: TrainResult): void {
    this.setState(result.state);
  }

  /** `reason` says why it failed; `mayBeLeft`: a process of it may still be running. */
  setState(state: JobState, reason?: string, mayBeLeft = false): void {
    this.state = state;
    this.mayBeLeft = mayBeLeft;
    this.reason = reason;
    if (state !== 'running') this.progress.rest();
    this.changed.fire();
  }

  /** A process that trains here without a job of the engine; undefined once it is gone. */
  heldBy(holder: LivingRun | undefined): void {
    if (holder?.pid === this.holder?.pid) return;
    this.holder = holder;
    this.changed.fire();
  }

  /** The run folder or its config says that weights should be inherited. */
  promiseWeights(promise: WeightsPromise): void {
    this.promise = promise;
    this.changed.fire();
  }

  /** Another run in the same charts; undefined when there are `MAX_RUNS` already. */
  addRun(name: string): number | undefined {
    if (this.runs.length >= MAX_RUNS) return undefined;
    const id = this.nextRun++;
    this.runs.push({ id, name: clipped(name), curves: new RunCurves() });
    this.changed.fire();
    return id;
  }

  removeRun(run: number): void {
    const place = this.runs.findIndex(({ id }) => id === run && id !== 0);
    if (place < 0) return;
    this.runs.splice(place, 1);
    this.reset();
  }

  /** Undefined shows the whole run and follows it. */
  zoom(range: readonly [number, number] | undefined): void {
    this.zoomRange = range;
    this.reset();
  }

  snapshot(): readonly RunToPage[] {
    this.isReset = false;
    return [this.header(), this.curves(true)];
  }

  changes(): readonly RunToPage[] {
    if (this.isReset) return this.snapshot();
    const curves = this.curves(false);
    return curves.updates.length === 0 ? [this.header()] : [this.header(), curves];
  }

  private get own(): RunCurves {
    return this.runs[0]!.curves;
  }

  private begin(event: Extract<TrainEvent, { event: 'start' }>): void {
    this.start = event;
    this.state = 'running';
    this.reason = undefined;
    if (event.start === 'weights') this.promise ??= { from: event.from ?? '', strategy: undefined };
  }

  private step(event: Extract<TrainEvent, { event: 'step' }>): void {
    // The event counts completed steps, the log numbers them from 0.
    const step = event.globalStep - 1;
    this.own.preview({ global_step: step, epoch: event.epoch, train_loss: event.loss });
    this.own.point('steps_per_second', step, event.stepsPerSecond);
    this.own.point('memory_bytes', step, event.memoryBytes);
  }

  private controls(): RunControl[] {
    if (this.holder !== undefined) return ['stopNow'];
    return this.mayBeLeft ? [...CONTROLS[this.state], 'stopNow'] : [...CONTROLS[this.state]];
  }

  private reset(): void {
    this.isReset = true;
    this.changed.fire();
  }

  private curves(all: boolean): Extract<RunToPage, { type: 'curves' }> {
    const zoom = this.zoomRange;
    const updates = this.runs.flatMap(({ id, curves }): CurveUpdate[] => {
      if (zoom === undefined) return curves.updates(id, all);
      const moved = all || curves.updates(id, false).length > 0;
      return moved ? curves.zoomed(id, zoom) : [];
    });
    return { type: 'curves', reset: all, zoom: zoom ?? null, updates };
  }

  private header(): RunToPage {
    const { about, reason, start, notes, progress, promise, own, holder } = this;
    const { unreadable } = own;
    const state = holder === undefined ? this.state : 'running';
    const banners = runBanners({ curves: own, promise, start: start?.start, reason, state });
    return {
      type: 'runHeader',
      header: {
        name: clipped(about.name),
        runDir: clipped(about.runDir),
        state,
        reason: reason === undefined ? null : clipped(reason),
        phase: state === 'running' ? progress.phase : null,
        device: start === undefined ? null : clipped(start.device),
        origin: start === undefined ? null : clipped(originOf(start)),
        progress: progress.view(own.last),
        numbers: NUMBERS.flatMap((key) => numberOf(own, key)),
        controls: this.controls(),
        banners: holder === undefined ? banners : [heldBanner(holder), ...banners],
        notes:
          unreadable === 0
            ? notes
            : [
                ...notes,
                `${counted(unreadable, 'line')} of the log ${unreadable === 1 ? 'has' : 'have'} no step`,
              ],
        runs: this.runs.map(({ id, name }) => ({ id, name })),
      },
    };
  }
}

function heldBanner({ pid, runner }: LivingRun): Banner {
  const kept = runner === 'python' ? 'train.py saves nothing when stopped' : 'it writes a checkpoint first';
  const message = `Process ${pid} trains here without a job of this engine: its starter has ended, or it was started in a terminal. Stop interrupts it (kill -INT ${pid}); ${kept}.`;
  return { severity: 'info', code: 'held', message };
}

function originOf(start: Extract<TrainEvent, { event: 'start' }>): string {
  switch (start.start) {
    case 'scratch':
      return 'from scratch';
    case 'weights':
      return `from ${start.from}`;
    case 'resume':
      return `resumed from ${start.from} at epoch ${start.firstEpoch}`;
    default:
      return start.start satisfies never;
  }
}

function numberOf(curves: RunCurves, key: (typeof NUMBERS)[number]): RunNumber[] {
  const value = curves.lastOf(key);
  const metric = METRICS.find((one) => one.key === key);
  if (value === undefined || metric === undefined) return [];
  const best = metric.better === undefined ? undefined : curves.bestOf(key, metric.better);
  const baseline = metric.baseline === undefined ? undefined : curves.lastOf(metric.baseline);
  return [
    {
      key,
      value,
      ...(baseline === undefined ? {} : { baseline }),
      ...(best === undefined ? {} : { best }),
      isBest: best !== undefined && best === value,
    },
  ];
}
