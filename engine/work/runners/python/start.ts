/** The checkpoint that a training starts from: finds its position, and puts it where upstream's own resume loads it (`checkpoints/latest.ckpt`). */

import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { adaptCheckpoint } from '../../../adapt/adapt.js';
import { warnings } from '../../../adapt/describe.js';
import { RegripError } from '../../../base/errors.js';
import { quoted } from '../../../base/shell.js';
import { Stream } from '../../../base/streams.js';
import type { ComposedConfig } from '../../../config/types.js';
import { openCheckpoint } from '../../../formats/checkpoint/open.js';
import type { CheckpointIndex } from '../../../formats/checkpoint/types.js';
import { type AdaptationSummary, adaptationSummary } from '../../../formats/run/adaptation.js';
import { samePlaces } from '../../../judge/adapt/dimensions.js';
import type { MapEntries } from '../../../judge/adapt/mapEntry.js';
import { oldConfig } from '../../../judge/adapt/oldConfig.js';
import { type AdaptOptions, TRANSPLANT } from '../../../judge/adapt/types.js';
import { policySpec } from '../../../judge/policy/families.js';
import type { TrainOptions } from '../../../training/options.js';
import type { RunFolder } from '../../../training/runFolder.js';
import { TrainingError } from '../../../training/trainingError.js';
import type { TrainStart } from '../../../wire/workerMessages.js';
import { WorkError } from '../../workError.js';
import { bestByName } from './best.js';
import { positionIn, type SavedPosition } from './checkpoints.js';

interface Placing {
  /** Absolute path of a checkpoint that fits the config. */
  readonly checkpoint: string;
  readonly latest: string;
  readonly checkpoints: string;
  readonly config: ComposedConfig;
  /** Absolute. */
  readonly dataset: string;
  readonly signal?: AbortSignal;
}

export interface Placed {
  /** Notes about the weights, for a person. */
  readonly warnings: readonly string[];
  /** The strategy of the given checkpoint; undefined where it was not adapted. */
  readonly adaptation: AdaptationSummary | undefined;
}

/**
 * Written anew rather than copied: counters at 0, the config's own hyper-parameters in the optimizer (upstream lets the saved ones
 * win), both state dicts from the averaged weights, which the first steps of upstream's average would overwrite. Throws
 * `run-exists` where there already is a checkpoint.
 */
export async function placeStart(placing: Placing): Promise<Placed> {
  const { checkpoint, latest, config, signal } = placing;
  if (existsSync(latest))
    throw new TrainingError({
      code: 'run-exists',
      file: latest,
      message: 'already exists and will not be overwritten',
      hint: 'choose another --run-dir',
    });
  const index = await indexOf(checkpoint);
  const adaptation = index.pickles['regrip_adaptation'];
  await mkdir(placing.checkpoints, { recursive: true });
  const result = await adaptCheckpoint({
    oldCheckpoint: checkpoint,
    config,
    dataSet: placing.dataset,
    options: placedOptions(index, config),
    // It was checked to fit this config's policy; a file without its own config does not contradict that.
    ...(index.config === undefined && { old: { config: { ...config, file: 'the config' } } }),
    output: latest,
    overwrite: false,
    random: (position) => new Stream(42, 'initialisation', position),
    ...(signal === undefined ? {} : { signal }),
  });
  return { warnings: warnings(result), adaptation: adaptationSummary(checkpoint, adaptation) };
}

/** How a checkpoint that fits the config is adapted to it; `decideStart` has compared shapes and names. */
function placedOptions(index: CheckpointIndex, config: ComposedConfig): PlacedOptions {
  const spec = policySpec(config.resolved);
  return {
    ...TRANSPLANT,
    weights: index.stateDicts['ema_model'] === undefined ? 'model' : 'ema',
    // Moments of a finished training say nothing about a new one; those that an adaptation kept on purpose do.
    moments: index.pickles['regrip_adaptation'] === undefined ? 'reset' : 'widen',
    map: samePlaces(spec, index.config === undefined ? spec : policySpec(oldConfig(index.config))),
  };
}

type PlacedOptions = AdaptOptions & { readonly map: MapEntries };

/** The same, for a call of `regrip adapt` that does it later. */
export async function placedLater(
  checkpoint: string,
  config: ComposedConfig,
): Promise<{ readonly options: PlacedOptions; readonly hasConfig: boolean }> {
  const index = await indexOf(checkpoint);
  return { options: placedOptions(index, config), hasConfig: index.config !== undefined };
}

/**
 * The position of the checkpoint that a training starts from; undefined from scratch. Throws `checkpoint-torn` for a resume
 * whose `latest.ckpt` is incomplete, with the best of the others.
 */
export async function startPosition(
  start: TrainStart,
  folder: RunFolder,
  { accumulate, topK }: TrainOptions,
): Promise<SavedPosition | undefined> {
  if (start.kind === 'scratch') return undefined;
  try {
    return await positionIn(start.checkpoint, accumulate);
  } catch (cause) {
    if (start.kind !== 'resume' || !(cause instanceof RegripError)) throw cause;
    const best = bestByName(await readdir(folder.checkpoints), topK)?.checkpoint;
    throw new WorkError({
      code: 'checkpoint-torn',
      message: `a resume would load it, but it is incomplete; upstream was killed while writing it (${cause.message})`,
      file: start.checkpoint,
      hint: `start a new run from another one: --init ${best === undefined ? 'CHECKPOINT' : quoted(join(folder.checkpoints, best))} --run-dir NEW`,
      cause,
    });
  }
}

async function indexOf(path: string): Promise<CheckpointIndex> {
  const file = await openCheckpoint(path);
  await file.close();
  return file.index;
}
