/** One training from its job description to its result: opens what the loop needs, and closes it again. */

import { parseJson } from '../../base/jsonText.js';
import type { PlainMap } from '../../base/plain.js';
import { openCheckpoint } from '../../formats/checkpoint/open.js';
import { adaptationSummary } from '../../formats/run/adaptation.js';
import { EventFile } from '../../formats/tensorboard/eventFile.js';
import { policySpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import type { TrainJob, TrainResult } from '../../wire/workerMessages.js';
import { TrainingData } from '../dataset.js';
import { batchesPerEpoch, loaderLength } from '../epochLength.js';
import { chunksOf } from '../measure/chunks.js';
import { notesOf } from '../notes.js';
import { NotFinite } from '../notFinite.js';
import { readTrainOptions, type TrainOptions } from '../options.js';
import { RunFolder } from '../runFolder.js';
import { episodeMasks, splitWindows } from '../split.js';
import { requireLogged, TopK } from '../topK.js';
import { BatchSource } from './batches.js';
import type { ComputeEngine, OpenEngine } from './compute.js';
import { openFeatureCaches } from './encodeFrames.js';
import { beginningIn, freshBeginning, Learner } from './learner.js';
import { type TrainHooks, train } from './loop.js';
import { engineFor } from './openEngine.js';
import { repairRun } from './repair.js';
import { Saver } from './save.js';

const NOTHING_DONE = { epoch: 0, epochs: 0, globalStep: 0 };

/** Runs the job in this process; a failure is recorded in the run folder before it is thrown. */
export async function trainJob(
  job: TrainJob,
  hooks: TrainHooks,
  openEngine: OpenEngine,
): Promise<TrainResult> {
  const folder = new RunFolder(job.runDir);
  try {
    return await open(job, folder, hooks, openEngine);
  } catch (error) {
    if (error instanceof NotFinite) hooks.emit(error.event);
    const reason = error instanceof Error ? error.message : String(error);
    const { progress = NOTHING_DONE, best = null } = (await folder.readRecord()) ?? {};
    await folder.record('failed', progress, best, reason).catch(() => undefined);
    throw error;
  }
}

async function open(
  job: TrainJob,
  folder: RunFolder,
  hooks: TrainHooks,
  openEngine: OpenEngine,
): Promise<TrainResult> {
  const resolved = parseJson(job.resolved) as PlainMap;
  const options = readTrainOptions(resolved);
  const former = await folder.readRecord();
  // Records who trains before features are computed, which may take minutes.
  const progress = former?.progress ?? { epoch: 0, epochs: options.epochs, globalStep: 0 };
  await folder.record('running', progress, former?.best ?? null);
  const spec = policySpec(resolved);
  const engine = await engineFor(job, options, { config: resolved, spec }, openEngine);
  const data = await TrainingData.open(job.dataset, spec);
  try {
    const masks = episodeMasks(options.dataset, data.episodeEnds);
    const windows = splitWindows(options.dataset, job.dataset, data.episodeEnds);
    requireLogged(options.topK, windows.validation.length);
    const learner = await openLearner(engine, job, options, spec, data);
    const caches = options.regrip.freezeEncoder
      ? await openFeatureCaches({ folder: job.runDir, dataset: job.dataset }, options, data, learner, hooks)
      : undefined;
    const { latencySteps } = options.dataset;
    const run = {
      options,
      folder,
      data,
      source: new BatchSource(data, spec, latencySteps, caches),
      trainWindows: windows.train,
      valWindows: windows.validation,
      valChunks: chunksOf(
        data.episodeEnds,
        masks.validation,
        spec,
        latencySteps,
        options.regrip.sample.windows,
      ),
      learner,
      saver: new Saver(parseJson(job.config) as PlainMap, job.runDir, learner),
      topK: new TopK(options.topK, learner.start.topK),
    };
    learner.plan(loaderLength(run));
    await recordAdaptation(job, folder, learner);
    hooks.emit({
      event: 'start',
      runDir: job.runDir,
      start: job.start.kind,
      from: job.start.kind === 'scratch' ? undefined : job.start.checkpoint,
      device: engine.device,
      trainWindows: run.trainWindows.length,
      valWindows: run.valWindows.length,
      stepsPerEpoch: batchesPerEpoch(run),
      firstEpoch: learner.start.epoch,
      epochs: options.epochs,
    });
    if (engine.note !== undefined) hooks.emit({ event: 'note', message: engine.note });
    const repaired = await repairRun(folder, job.start.kind, learner.start, run.saver);
    for (const message of [...notesOf(job, options, spec, learner.start.epoch), ...repaired])
      hooks.emit({ event: 'note', message });
    const events = await EventFile.create(folder.tensorboard, learner.globalStep);
    const result = await train({ ...run, events }, learner.start, hooks).finally(() => events.close());
    for (const cache of caches?.values() ?? []) cache.close();
    learner.dispose();
    return result;
  } finally {
    await data.close();
  }
}

async function recordAdaptation(job: TrainJob, folder: RunFolder, learner: Learner): Promise<void> {
  if (job.start.kind === 'scratch') return;
  const summary = adaptationSummary(job.start.checkpoint, learner.kept['regrip_adaptation']);
  if (summary !== undefined) await folder.recordAdaptation(summary);
}

async function openLearner(
  engine: ComputeEngine,
  job: TrainJob,
  options: TrainOptions,
  spec: PolicySpec,
  data: TrainingData,
): Promise<Learner> {
  if (job.start.kind === 'scratch')
    return Learner.open(engine, spec, options, freshBeginning(spec, options, data));
  const file = await openCheckpoint(job.start.checkpoint);
  try {
    const begin = await beginningIn(file, spec, options, data, job.start.kind === 'resume');
    return await Learner.open(engine, spec, options, begin);
  } finally {
    await file.close();
  }
}
