/** One training from its job description to its result: opens what the loop needs, and closes it again. */

import { parseJson } from '../../base/jsonText.js';
import type { PlainMap } from '../../base/plain.js';
import { openCheckpoint } from '../../formats/checkpoint/open.js';
import { adaptationSummary } from '../../formats/run/adaptation.js';
import { EventFile } from '../../formats/tensorboard/eventFile.js';
import { policySpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { TrainingData } from '../../training/dataset.js';
import { batchesPerEpoch, loaderLength } from '../../training/epochLength.js';
import { notesOf } from '../../training/notes.js';
import { NotFinite } from '../../training/notFinite.js';
import { readTrainOptions, type TrainOptions } from '../../training/options.js';
import { RunFolder } from '../../training/runFolder.js';
import { episodeMasks, splitWindows } from '../../training/split.js';
import { requireLogged, TopK } from '../../training/topK.js';
import type { TrainJob, TrainResult } from '../../wire/workerMessages.js';
import { openBackend, parseBackendRequest } from '../backend/open.js';
import { BatchSource } from './batches.js';
import { chunksOf } from './chunks.js';
import { openFeatureCaches } from './encodeFrames.js';
import { Learner } from './learner.js';
import { type TrainHooks, train } from './loop.js';
import { repairRun } from './repair.js';
import { Saver } from './save.js';

const NOTHING_DONE = { epoch: 0, epochs: 0, globalStep: 0 };

/** Runs the job in this process; a failure is recorded in the run folder before it is thrown. */
export async function trainJob(job: TrainJob, hooks: TrainHooks): Promise<TrainResult> {
  const folder = new RunFolder(job.runDir);
  try {
    return await open(job, folder, hooks);
  } catch (error) {
    if (error instanceof NotFinite) hooks.emit(error.event);
    const reason = error instanceof Error ? error.message : String(error);
    const { progress = NOTHING_DONE, best = null } = (await folder.readRecord()) ?? {};
    await folder.record('failed', progress, best, reason).catch(() => undefined);
    throw error;
  }
}

async function open(job: TrainJob, folder: RunFolder, hooks: TrainHooks): Promise<TrainResult> {
  const resolved = parseJson(job.resolved) as PlainMap;
  const options = readTrainOptions(resolved);
  const former = await folder.readRecord();
  // Records who trains before features are computed, which may take minutes.
  const progress = former?.progress ?? { epoch: 0, epochs: options.epochs, globalStep: 0 };
  await folder.record('running', progress, former?.best ?? null);
  const spec = policySpec(resolved);
  const backend = await openBackend({ request: parseBackendRequest(job.backend ?? options.regrip.backend) });
  const data = await TrainingData.open(job.dataset, spec);
  try {
    const masks = episodeMasks(options.dataset, data.episodeEnds);
    const windows = splitWindows(options.dataset, job.dataset, data.episodeEnds);
    requireLogged(options.topK, windows.validation.length);
    const learner = await openLearner(job, options, spec, data);
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
      device: `${backend.name} ${backend.version}, ${backend.device}`,
      trainWindows: run.trainWindows.length,
      valWindows: run.valWindows.length,
      stepsPerEpoch: batchesPerEpoch(run),
      firstEpoch: learner.start.epoch,
      epochs: options.epochs,
    });
    if (backend.note !== undefined) hooks.emit({ event: 'note', message: backend.note });
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
  job: TrainJob,
  options: TrainOptions,
  spec: PolicySpec,
  data: TrainingData,
): Promise<Learner> {
  if (job.start.kind === 'scratch') return Learner.fresh(spec, options, data);
  const file = await openCheckpoint(job.start.checkpoint);
  try {
    return await Learner.load(spec, options, data, file, job.start.kind === 'resume');
  } finally {
    await file.close();
  }
}
