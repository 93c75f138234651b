/** The training loop, top to bottom. It follows upstream's; the run's notes say where it differs on purpose. */
import { relative } from 'node:path';
import { ahead } from '../../base/ahead.js';
import { DiskError, diskError } from '../../base/diskErrors.js';
import { Stream } from '../../base/streams.js';
import type { LogLine } from '../../formats/run/trainLog.js';
import type { EventFile } from '../../formats/tensorboard/eventFile.js';
import type { Window } from '../../judge/windows/windows.js';
import type { RunState, TrainEvent, TrainResult } from '../../wire/workerMessages.js';
import type { TrainingData } from '../dataset.js';
import { batchesPerEpoch } from '../epochLength.js';
import type { Chunk } from '../measure/chunks.js';
import { type Evaluation, sampledError, validateChunks, validationLoss } from '../measure/validate.js';
import { NotFinite } from '../notFinite.js';
import type { TrainOptions } from '../options.js';
import { Pace } from '../pace.js';
import type { Position } from '../position.js';
import type { RunFolder } from '../runFolder.js';
import { epochScalars, stepScalars } from '../scalarTags.js';
import type { TopK, TopKStep } from '../topK.js';
import type { Batch, BatchSource } from './batches.js';
import type { Learner, StepResult } from './learner.js';
import { rescued } from './rescue.js';
import type { Saver } from './save.js';

export interface TrainHooks {
  readonly emit: (event: TrainEvent) => void;
  /** Checked after each step. */
  readonly stopAsked: () => boolean;
  /** Checked after each epoch. */
  readonly stopAfterEpochAsked?: () => boolean;
  /** Checked after each step: undefined, or a promise that settles when the training may continue. */
  readonly untilContinued?: () => Promise<void> | undefined;
}

interface TrainRun {
  readonly options: TrainOptions;
  readonly folder: RunFolder;
  /** For TensorBoard. */
  readonly events: EventFile;
  readonly data: TrainingData;
  readonly source: BatchSource;
  readonly trainWindows: readonly Window[];
  readonly valWindows: readonly Window[];
  readonly valChunks: readonly Chunk[];
  readonly learner: Learner;
  readonly saver: Saver;
  readonly topK: TopK;
}

/** Batches that are read ahead while a step runs; few, since each holds its images. */
const READ_AHEAD = 2;

/** The position in the run of the last completed step. */
interface Reached {
  epoch: number;
  batch: number;
  lossSum: number;
}

/** When the run folder becomes unwritable, the state is saved elsewhere and the error says where. */
export async function train(run: TrainRun, from: Position, hooks: TrainHooks): Promise<TrainResult> {
  const reached: Reached = { epoch: from.epoch, batch: from.batch, lossSum: from.lossSum };
  try {
    return await trainEpochs(run, from, reached, hooks);
  } catch (error) {
    const failure = diskError(error);
    const { globalStep } = run.learner;
    if (!(failure instanceof DiskError) || globalStep === from.globalStep) throw failure;
    const position = run.learner.position({ ...reached, topK: run.topK.entries() });
    const save = (path: string) => run.saver.save(path, position, reached.epoch);
    throw await rescued(failure, { folder: run.folder, globalStep, save });
  }
}

async function trainEpochs(
  run: TrainRun,
  from: Position,
  reached: Reached,
  hooks: TrainHooks,
): Promise<TrainResult> {
  const { options, folder, learner } = run;
  const perEpoch = batchesPerEpoch(run);
  const pace = new Pace((options.epochs - from.epoch) * perEpoch - from.batch);
  let position = from;
  await bringBackGradients(run, from, perEpoch);
  for (let epoch = from.epoch; epoch < options.epochs; epoch++) {
    await record(run, 'running', epoch);
    const part = await trainEpoch(run, epoch, position, reached, perEpoch, pace, hooks);
    if (part.stopped) {
      await saveWithin(run, epoch, part, hooks);
      return paused(run, epoch);
    }
    Object.assign(reached, { epoch: epoch + 1, batch: 0, lossSum: 0 });
    hooks.emit({ event: 'phase', phase: 'validating' });
    const log = { ...part.lastLog, train_loss: part.lossSum / perEpoch, ...(await evaluate(run, epoch)) };
    await folder.append(log);
    await run.events.scalars(learner.globalStep - 1, epochScalars(log));
    requireFiniteValidation(run, epoch, log);
    const isLastWanted = hooks.stopAfterEpochAsked?.() === true && epoch + 1 < options.epochs;
    await checkpoint(run, epoch, log, isLastWanted || hooks.stopAsked(), hooks);
    const { stepsPerSecond, secondsLeft } = pace.now();
    hooks.emit({ event: 'epoch', epoch, epochs: options.epochs, log, stepsPerSecond, secondsLeft });
    if (isLastWanted) return paused(run, epoch + 1);
    position = { ...position, epoch: epoch + 1, batch: 0, lossSum: 0 };
  }
  await record(run, 'done', options.epochs);
  return { state: 'done', runDir: folder.path, epochs: options.epochs, best: bestOf(run) };
}

function record(run: TrainRun, state: RunState, epoch: number): Promise<void> {
  const { folder, options, learner } = run;
  const progress = { epoch, epochs: options.epochs, globalStep: learner.globalStep };
  return folder.record(state, progress, bestOf(run));
}

/** The result of a training that was stopped, after writing its checkpoint, before `epoch` was finished. */
async function paused(run: TrainRun, epoch: number): Promise<TrainResult> {
  await record(run, 'paused', epoch);
  return { state: 'paused', runDir: run.folder.path, epochs: epoch, best: bestOf(run) };
}

interface EpochPart {
  readonly stopped: boolean;
  /** The next batch of this epoch. */
  readonly batch: number;
  readonly lossSum: number;
  readonly lastLog: LogLine;
}

async function trainEpoch(
  run: TrainRun,
  epoch: number,
  position: Position,
  reached: Reached,
  batches: number,
  pace: Pace,
  hooks: TrainHooks,
): Promise<EpochPart> {
  const { learner, folder, events } = run;
  let { batch: index, lossSum } = position;
  let lastLog: LogLine = {};
  for await (const batch of ahead(index, batches, READ_AHEAD, (i) => trainBatch(run, epoch, i))) {
    const { loss, nextLearningRate } = await stepOrLog(run, batch, epoch, index);
    lossSum += loss;
    const refusal = learner.takeRefusal();
    if (refusal !== undefined) hooks.emit({ event: 'note', message: refusal });
    lastLog = { train_loss: loss, global_step: learner.globalStep - 1, epoch, lr: nextLearningRate };
    index++;
    Object.assign(reached, { epoch, batch: index, lossSum });
    pace.step();
    // The line of the last batch is held back for the epoch's values.
    if (index < batches) await folder.append(lastLog);
    await events.scalars(learner.globalStep - 1, stepScalars(lastLog));
    if (pace.due()) {
      hooks.emit({
        event: 'step',
        epoch,
        globalStep: learner.globalStep,
        batch: index,
        batches,
        loss,
        ...pace.now(),
        memoryBytes: process.memoryUsage.rss(),
      });
      // Lets messages in (such as a stop request), which a busy loop would block.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (index === batches || learner.waiting > 0) continue;
    if (!hooks.stopAsked()) await pauseWhenAsked(run, epoch, { batch: index, lossSum }, pace, hooks);
    if (hooks.stopAsked()) return { stopped: true, batch: index, lossSum, lastLog };
  }
  return { stopped: false, batch: index, lossSum, lastLog };
}

/** A step that ends the training is logged too, so that the curves show where. */
async function stepOrLog(
  { learner, folder }: TrainRun,
  batch: Batch,
  epoch: number,
  index: number,
): Promise<StepResult> {
  try {
    return await learner.step(batch, epoch, index);
  } catch (error) {
    if (error instanceof NotFinite && error.event.what === 'loss') {
      const { globalStep, value, learningRate } = error.event;
      const line = { train_loss: value, global_step: globalStep, epoch, lr: learningRate ?? Number.NaN };
      await folder.append(line).catch(() => undefined); // the reason for ending matters more
    }
    throw error;
  }
}

/** `latest.ckpt` in the middle of an epoch. */
async function saveWithin(
  { learner, topK, saver, folder }: TrainRun,
  epoch: number,
  { batch, lossSum }: Pick<EpochPart, 'batch' | 'lossSum'>,
  hooks: TrainHooks,
): Promise<void> {
  hooks.emit({ event: 'phase', phase: 'writing' });
  const here = learner.position({ epoch, batch, lossSum, topK: topK.entries() });
  hooks.emit({ event: 'checkpoint', path: await saver.save(folder.latest, here, epoch) });
}

/** Pauses with the state in memory; the checkpoint is in case the machine goes down meanwhile. */
async function pauseWhenAsked(
  run: TrainRun,
  epoch: number,
  part: Pick<EpochPart, 'batch' | 'lossSum'>,
  pace: Pace,
  hooks: TrainHooks,
): Promise<void> {
  const continued = hooks.untilContinued?.();
  if (continued === undefined) return;
  await saveWithin(run, epoch, part, hooks);
  await record(run, 'paused', epoch);
  hooks.emit({ event: 'paused' });
  await continued;
  if (hooks.stopAsked()) return;
  await record(run, 'running', epoch);
  pace.begin();
  hooks.emit({ event: 'continued' });
}

/**
 * Gradients that wait for their update are not in the checkpoint (upstream loses them). The weights have not changed since, and every draw is a
 * function of its position, so recomputing the same micro-batches restores them.
 */
async function bringBackGradients(run: TrainRun, from: Position, perEpoch: number): Promise<void> {
  const next = from.epoch * perEpoch + from.batch;
  for (let step = Math.max(0, next - run.learner.waiting); step < next; step++) {
    const [epoch, index] = [Math.floor(step / perEpoch), step % perEpoch];
    await run.learner.accumulate(await trainBatch(run, epoch, index), epoch, index);
  }
}

/** The windows of one batch in the epoch's own order, with random crops. */
function trainBatch(run: TrainRun, epoch: number, index: number): Promise<Batch> {
  const { batchSize, seed } = run.options;
  const windows = batchWindows(run, epoch, index * batchSize, (index + 1) * batchSize);
  return run.source.load(windows, { seed, epoch, batch: index });
}

function batchWindows(run: TrainRun, epoch: number, from: number, to: number): Window[] {
  const order = epochOrder(run, epoch);
  return Array.from(order.subarray(from, to), (i) => run.trainWindows[i]!);
}

/** The same order every time, so a resumed epoch continues with the remaining windows. */
function epochOrder({ options, trainWindows }: TrainRun, epoch: number): Uint32Array {
  if (!options.shuffle) return Uint32Array.from(trainWindows, (_, i) => i);
  return new Stream(options.seed, 'shuffle', epoch).permutation(trainWindows.length);
}

/** The validation loss and sampled errors that are due in an epoch. */
async function evaluate(run: TrainRun, epoch: number): Promise<Record<string, number>> {
  const { options, learner, source } = run;
  const { seed, valEvery, sampleEvery } = options;
  const evaluation: Evaluation = { policy: learner.evaluated, spec: learner.spec, source, seed };
  const log: Record<string, number> = {};
  if (epoch % valEvery === 0) {
    const loss = await validationLoss(evaluation, run.valWindows, options.valBatchSize, options.maxValSteps);
    if (loss !== undefined) log['val_loss'] = loss;
  }
  const last = epoch === options.epochs - 1;
  if (epoch % sampleEvery === 0 || last) {
    const { sample } = options.regrip;
    // Upstream keeps the first batch of the run; here it is that of epoch 0, even in a resumed run.
    const windows = batchWindows(run, 0, 0, Math.min(options.batchSize, Math.max(sample.windows, 1)));
    log['train_action_mse_error'] = await sampledError(
      evaluation,
      await source.load(windows, 'center'),
      sample,
    );
    const validation = await validateChunks(evaluation, run.data, run.valChunks, sample);
    Object.assign(log, validation.log);
    const globalStep = learner.globalStep - 1;
    if (validation.gripper !== undefined)
      await run.folder.recordGripper({ version: 1, epoch, globalStep, ...validation.gripper });
  }
  return log;
}

/** A policy that can no longer be measured must not replace a checkpoint. */
function requireFiniteValidation({ learner }: TrainRun, epoch: number, log: LogLine): void {
  const value = log['val_loss'];
  if (value === undefined || Number.isFinite(value)) return;
  const place = { epoch, globalStep: learner.globalStep - 1, learningRate: learner.nextLearningRate };
  throw new NotFinite({
    event: 'notFinite',
    what: 'validation loss',
    value,
    ...place,
    parameters: [],
    count: 0,
  });
}

/** Saves `latest.ckpt` and the k best when due; the last epoch is always saved, even where upstream would lose it. */
async function checkpoint(
  run: TrainRun,
  epoch: number,
  log: LogLine,
  stopping: boolean,
  hooks: TrainHooks,
): Promise<void> {
  const { options, folder, saver, topK, learner } = run;
  const last = epoch === options.epochs - 1;
  const due = epoch % options.checkpointEvery === 0;
  if (!due && !last && !stopping) return;
  hooks.emit({ event: 'phase', phase: 'writing' });
  const best = due ? topK.judge(folder.checkpoints, log) : undefined;
  const next = learner.position({
    epoch: epoch + 1,
    batch: 0,
    lossSum: 0,
    topK: topK.entries(),
    ...(best === undefined ? {} : { keeping: keepingOf(folder.checkpoints, best) }),
  });
  const keepsLatest = options.saveLatest || last || stopping;
  if (keepsLatest) hooks.emit({ event: 'checkpoint', path: await saver.save(folder.latest, next, epoch) });
  if (best === undefined) return;
  const path = keepsLatest
    ? await saver.copy(folder.latest, best.save)
    : await saver.save(best.save, next, epoch);
  hooks.emit({ event: 'checkpoint', path });
  if (best.remove !== undefined) await saver.remove(best.remove);
}

/** By file name, so that the run folder can be moved. */
function keepingOf(folder: string, { save, remove }: TopKStep): NonNullable<Position['keeping']> {
  const name = relative(folder, save);
  return remove === undefined ? { save: name } : { save: name, remove: relative(folder, remove) };
}

function bestOf(run: TrainRun): TrainResult['best'] {
  const best = run.topK.best();
  if (best === undefined) return null;
  return { checkpoint: best.name, monitor: run.options.topK.monitorKey, value: best.value };
}
