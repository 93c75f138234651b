/** Which weights a training starts from: its own latest checkpoint, an adapted or given one, or none. */

import { mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { adaptCheckpoint } from '../adapt/adapt.js';
import { warnings } from '../adapt/describe.js';
import { counted } from '../base/counted.js';
import { onDisk } from '../base/diskErrors.js';
import type { RegripError } from '../base/errors.js';
import { linkTarget } from '../base/places.js';
import { MAX_MESSAGE, shownLine } from '../base/shown.js';
import { Stream } from '../base/streams.js';
import type { ComposedConfig } from '../config/types.js';
import { openCheckpoint } from '../formats/checkpoint/open.js';
import type { CheckpointIndex } from '../formats/checkpoint/types.js';
import { planAdvice } from '../judge/adapt/advice.js';
import { adaptCall, adaptedName } from '../judge/adapt/call.js';
import { type MapEntries, mapTexts } from '../judge/adapt/mapEntry.js';
import { otherOrder } from '../judge/adapt/otherOrder.js';
import { AdaptationLoss } from '../judge/adapt/plan.js';
import { TRANSPLANT } from '../judge/adapt/types.js';
import { findIncompatibilities, type Incompatibility } from '../judge/policy/compatibility.js';
import { policySpec } from '../judge/policy/families.js';
import type { PolicySpec } from '../judge/policy/spec.js';
import type { TrainStart } from '../wire/workerMessages.js';
import { pretrainedPath, readTrainOptions } from './options.js';
import type { RunFolder } from './runFolder.js';
import { TrainingError } from './trainingError.js';

export interface StartRequest {
  readonly config: ComposedConfig;
  /** The primary config as the user gave it, for the commands that an error suggests. */
  readonly configFile: string;
  readonly overrides: readonly string[];
  readonly folder: RunFolder;
  readonly dataset: string;
  /** Where training starts; `pretrained.path` is relative to it. */
  readonly workingFolder: string;
  /** Absolute. */
  readonly oldCheckpoint?: string;
  /** For `oldCheckpoint`: which of its dimensions the new ones continue. */
  readonly map?: MapEntries;
  readonly init?: string;
  /** Only decides, as a launch script needs it: nothing is adapted or written, and the start's checkpoint is `oldCheckpoint` itself. */
  readonly isPlan?: boolean;
  readonly signal?: AbortSignal;
}

export interface StartDecision {
  readonly start: TrainStart;
  readonly notes: readonly string[];
}

/** `training.resume` with a `latest.ckpt` wins, as in upstream, so the same command continues after a stop. */
export async function decideStart(request: StartRequest): Promise<StartDecision> {
  const { folder, config } = request;
  const options = readTrainOptions(config.resolved);
  if (await hasLatest(folder)) {
    if (!options.resume) throw runExists(folder.path);
    await requireSameFamily(folder.latest, config);
    const unused = request.oldCheckpoint ?? request.init;
    const notes = unused === undefined ? [] : [`resuming this run's latest.ckpt; ${unused} is ignored`];
    return { start: { kind: 'resume', checkpoint: folder.latest }, notes };
  }
  if (request.oldCheckpoint !== undefined) return adaptFirst(request, request.oldCheckpoint);
  const pretrained = pretrainedPath(config.resolved);
  const weights =
    request.init ?? (pretrained === undefined ? undefined : resolve(request.workingFolder, pretrained));
  if (weights === undefined) {
    const scratch =
      'FROM SCRATCH: no weights are inherited (neither --old-ckpt nor --init nor pretrained.load_weights is given)';
    return { start: { kind: 'scratch' }, notes: [scratch] };
  }
  await requireFitting(request, weights);
  return { start: { kind: 'weights', checkpoint: weights }, notes: [] };
}

/** Its own engine or train.py would only name the first key that is missing. Whether the file is whole is theirs to say. */
async function requireSameFamily(latest: string, { resolved }: ComposedConfig): Promise<void> {
  const file = await openCheckpoint(latest).catch(() => undefined);
  await file?.close();
  const model = file?.index.stateDicts['model'];
  if (model === undefined) return;
  const { refused } = planAdvice(file!.index, model, policySpec(resolved));
  if (refused === undefined) return;
  throw new TrainingError({
    code: 'checkpoint-mismatch',
    file: latest,
    message: `is of another training, so the run cannot be resumed: its own ${shownLine(refused, MAX_MESSAGE)}`,
    hint: 'continue it with its own config, or choose another --run-dir',
  });
}

/** Throws where that cannot be determined: a run whose checkpoint is merely unreachable would start anew and replace it. */
async function hasLatest({ latest }: RunFolder): Promise<boolean> {
  const found = await onDisk(latest, () =>
    stat(latest).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    }),
  );
  const link = found === undefined ? await linkTarget(latest) : undefined;
  if (link === undefined) return found !== undefined;
  throw new TrainingError({
    code: 'checkpoint-link',
    file: latest,
    message: `is a link to ${link}, which does not exist, so the run would start from scratch`,
    hint: 'mount the disk that holds it, or fix the link; to start anew, choose another --run-dir or remove the link',
  });
}

async function adaptFirst(request: StartRequest, oldCheckpoint: string): Promise<StartDecision> {
  const isPlan = request.isPlan === true;
  if (!isPlan) await mkdir(request.folder.path, { recursive: true });
  const output = join(request.folder.path, 'adapted.ckpt');
  const callWith = (more: readonly string[]) =>
    adaptCall({
      from: oldCheckpoint,
      to: adaptedName(oldCheckpoint, policySpec(request.config.resolved).actionDim),
      primary: request.configFile,
      overrides: request.overrides,
      maps: mapTexts(request.map ?? new Map()),
      more,
    });
  const result = await adaptCheckpoint({
    oldCheckpoint,
    config: request.config,
    dataSet: request.dataset,
    options: request.map === undefined ? TRANSPLANT : { ...TRANSPLANT, map: request.map },
    old: { callWith },
    output: isPlan ? undefined : output,
    overwrite: true,
    random: (position) => new Stream(42, 'initialisation', position),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  }).catch((error: unknown) => {
    throw error instanceof AdaptationLoss ? error.asCalled(callWith) : error;
  });
  if (isPlan) return { start: { kind: 'weights', checkpoint: oldCheckpoint }, notes: warnings(result) };
  const widened = result.plan.keys.filter((key) => key.fate === 'widened' && key.alias === undefined).length;
  const note = `adapted ${oldCheckpoint}: ${counted(widened, 'tensor')} widened; written to ${output}`;
  return { start: { kind: 'weights', checkpoint: output }, notes: [note, ...warnings(result)] };
}

const LISTED = 5;

async function requireFitting(request: StartRequest, checkpoint: string): Promise<void> {
  const file = await openCheckpoint(checkpoint);
  await file.close();
  const model = file.index.stateDicts['model'];
  if (model === undefined) throw notAPolicy(checkpoint, Object.keys(file.index.stateDicts));
  const spec = policySpec(request.config.resolved);
  const problems = findIncompatibilities(spec, model);
  if (problems.length === 0) return requireSameNames(request, file.index, spec);
  const listed = problems.slice(0, LISTED).map(describe).join('; ');
  const more = problems.length > LISTED ? ` and ${problems.length - LISTED} more` : '';
  const { wrapped, options, refused } = planAdvice(file.index, model, spec);
  const { configFile: primary, overrides } = request;
  const call = adaptCall({ from: checkpoint, to: 'adapted.ckpt', primary, overrides, more: options });
  throw new TrainingError({
    code: 'checkpoint-mismatch',
    file: checkpoint,
    message: `is not the policy that the config describes: ${wrapped === undefined ? `${listed}${more}` : shownLine(wrapped)}`,
    hint:
      refused === undefined
        ? `adapt it first: ${call}${options.length === 0 ? ' (or finetune with --old-ckpt)' : ''}`
        : `regrip adapt cannot make it fit: its own ${shownLine(refused, MAX_MESSAGE)}`,
  });
}

/** Shapes alone do not tell that the dimensions stand in another order. */
function requireSameNames(
  { configFile: primary, overrides }: StartRequest,
  { config: own, path }: CheckpointIndex,
  spec: PolicySpec,
): void {
  const field = own === undefined ? undefined : otherOrder(own, spec);
  if (field === undefined) return;
  const call = adaptCall({ from: path, to: 'adapted.ckpt', primary, overrides });
  throw new TrainingError({
    code: 'checkpoint-mismatch',
    file: path,
    message: `the dimensions of ${field === 'action' ? 'the action' : field} stand in other places in its own config than in this one, so its weights would be used for something else`,
    hint: `adapt it first: ${call} (or finetune with --old-ckpt)`,
  });
}

function describe(problem: Incompatibility): string {
  const shape = (sizes: readonly number[]): string => `[${sizes.join(', ')}]`;
  switch (problem.kind) {
    case 'missing':
      return `${problem.key} ${shape(problem.expected)} is missing`;
    case 'unexpected':
      return `${problem.key} is not part of the config's policy`;
    case 'shape':
      return `${problem.key} is ${shape(problem.found)}, expected ${shape(problem.expected)}`;
  }
}

function notAPolicy(file: string, names: readonly string[]): RegripError {
  return new TrainingError({
    code: 'checkpoint-mismatch',
    file,
    message: `has no state dict 'model' (it has ${names.join(', ') || 'none'})`,
    hint: 'give a checkpoint that a training wrote (checkpoints/latest.ckpt)',
  });
}

function runExists(path: string): RegripError {
  return new TrainingError({
    code: 'run-exists',
    file: path,
    message: 'already holds a training (checkpoints/latest.ckpt)',
    hint: 'add training.resume=True to continue it, or choose another --run-dir',
  });
}
