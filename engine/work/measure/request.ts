/** Turns a checkpoint and the user's request into a job: everything that can be checked without tensors is checked here. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { RegripError, UsageError } from '../../base/errors.js';
import { encodedText } from '../../base/jsonText.js';
import type { PlainMap } from '../../base/plain.js';
import { shownLine } from '../../base/shown.js';
import { overrideSaved } from '../../config/compose.js';
import { writtenDataSet } from '../../config/dataSetPath.js';
import { resolvePlain } from '../../config/resolve/resolve.js';
import { openCheckpoint } from '../../formats/checkpoint/open.js';
import type { CheckpointIndex } from '../../formats/checkpoint/types.js';
import type { DataSetHeaders } from '../../formats/dataSet.js';
import { readDataSetHeaders } from '../../formats/dataSets.js';
import { planAdvice } from '../../judge/adapt/advice.js';
import { adaptCall, adaptedName } from '../../judge/adapt/call.js';
import type { Weights } from '../../judge/adapt/types.js';
import { JudgeError } from '../../judge/judgeError.js';
import { familyOf, familyOfSpec, policySpec, requireTrainedHere } from '../../judge/policy/families.js';
import { foreignKeys } from '../../judge/policy/foreignKeys.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { checkDataSet } from '../../training/dataset.js';
import { derivedData, isDerived } from '../../training/derivedData.js';
import { readTrainOptions, type TrainOptions } from '../../training/options.js';
import type { PolicyJob, Sampler } from '../../wire/workerMessages.js';
import { WorkError } from '../workError.js';

export interface PolicyRequest {
  /** Absolute. */
  readonly checkpoint: string;
  /** Overrides of the checkpoint's own config. */
  readonly overrides: readonly string[];
  /** Absolute; the config's data set otherwise. */
  readonly data?: string;
  /** By default the EMA's where there is one. */
  readonly weights?: Weights;
  readonly sampler?: Sampler['method'];
  readonly steps?: number;
  readonly seed?: number;
  readonly backend?: string;
  /** The folder that a relative path of the config is resolved against. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

interface PreparedPolicy {
  readonly job: PolicyJob;
  readonly options: TrainOptions;
  readonly spec: PolicySpec;
  /** Of the data set. */
  readonly episodeEnds: readonly number[];
}

/** The sections that training reads; the rest of a saved config may name another machine's variables. */
const SECTIONS = [
  'policy',
  'task',
  'training',
  'dataloader',
  'val_dataloader',
  'optimizer',
  'ema',
  'checkpoint',
  'regrip',
];

/**
 * Errors: `no-config` and `weights` for the checkpoint, those of the config, `data-set-missing`, and `data-set-array` when the data
 * set does not match the policy's observations.
 */
export async function preparePolicy(request: PolicyRequest): Promise<PreparedPolicy> {
  const file = await openCheckpoint(request.checkpoint);
  await file.close();
  if (file.index.form?.kind === 'lerobot') requireTrainedHere(familyOf(file.index.config!)); // whatever the overrides are
  const resolved = resolvedConfig(file.index, request);
  const spec = policySpec(resolved);
  requireTrainedHere(familyOfSpec(spec));
  requireOwnNames(file.index, chosenWeights(file.index, request.weights), spec);
  const options = readTrainOptions(resolved);
  const dataset = request.data ?? resolve(request.cwd, writtenDataSet(resolved, request.checkpoint));
  if (isDerived(spec)) throw derivedData(dataset, spec);
  if (!existsSync(dataset)) throw dataSetMissing(dataset, request);
  const headers = await readDataSetHeaders(dataset);
  requireFitting(headers, spec);
  const job: PolicyJob = {
    checkpoint: request.checkpoint,
    weights: chosenWeights(file.index, request.weights),
    resolved: encodedText(resolved),
    dataset,
    sampler: chosenSampler(spec, options, request),
    seed: request.seed ?? options.seed,
    ...(request.backend === undefined ? {} : { backend: request.backend }),
  };
  return { job, options, spec, episodeEnds: headers.episodeEnds };
}

function resolvedConfig({ config, path }: CheckpointIndex, { overrides, env }: PolicyRequest): PlainMap {
  if (config === undefined)
    throw new WorkError({
      code: 'no-config',
      file: path,
      message: 'has no training config (cfg), which is needed to build the policy',
      hint: 'give a checkpoint that the training workspace saved, not a bare state dict',
    });
  return resolvePlain(overrideSaved(config, path, overrides, { env }), SECTIONS, { env });
}

/** An adaptation to the same config strips a wrapper's prefix. */
function requireOwnNames(index: CheckpointIndex, weights: Weights, spec: PolicySpec): void {
  const tensors = index.stateDicts[weights === 'ema' ? 'ema_model' : 'model'] ?? [];
  const foreign = foreignKeys(tensors, spec);
  if (foreign !== undefined)
    throw new JudgeError({
      code: 'other-family',
      file: index.path,
      message: `its own config ${foreign.text}`,
      hint: 'give the checkpoint that the training saved, and no override that changes its policy class',
    });
  const { wrapped, options } = planAdvice(index, tensors, spec);
  if (wrapped === undefined) return;
  throw new JudgeError({
    code: 'key-prefix',
    file: index.path,
    message: shownLine(wrapped),
    hint: `strip it: ${adaptCall({ from: index.path, to: adaptedName(index.path, spec.actionDim), primary: 'CONFIG.yaml', overrides: [], more: options })}`,
  });
}

function chosenWeights({ stateDicts, path }: CheckpointIndex, asked: Weights | undefined): Weights {
  const chosen = asked ?? (stateDicts['ema_model'] === undefined ? 'model' : 'ema');
  const dict = chosen === 'ema' ? 'ema_model' : 'model';
  if (stateDicts[dict] !== undefined) return chosen;
  throw new WorkError({
    code: 'weights',
    file: path,
    message: `has no state dict '${dict}' (it has ${Object.keys(stateDicts).join(', ') || 'none'})`,
    hint:
      chosen === 'ema'
        ? 'give --weights model to use the trained weights'
        : 'give a checkpoint that a training wrote (checkpoints/latest.ckpt)',
  });
}

/** The policy's own sampler as on the robot. Another one: `ddim` takes the steps of `regrip.sample` (default: 8), `ddpm` all that were trained. */
function chosenSampler(spec: PolicySpec, { regrip }: TrainOptions, request: PolicyRequest): Sampler {
  const { sampler, trainTimesteps: most } = spec.scheduler;
  const method = request.sampler ?? sampler;
  const other =
    method === 'ddpm' ? most : regrip.sample.method === 'ddim' ? regrip.sample.steps : Math.min(8, most);
  const steps = request.steps ?? (method === sampler ? spec.inferenceSteps : other);
  if (steps <= most) return { method, steps };
  throw new UsageError(
    `--steps ${steps}: the policy was trained with only ${most} noise levels`,
    `give 1 to ${most}`,
  );
}

function requireFitting(headers: DataSetHeaders, spec: PolicySpec): void {
  try {
    checkDataSet(headers, spec);
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    const { code, message } = error;
    const hint =
      'this policy needs different observations: give a matching --data, or adapt the policy (regrip adapt)';
    throw new RegripError({ code, message, hint, cause: error });
  }
}

function dataSetMissing(dataset: string, { checkpoint, data }: PolicyRequest): RegripError {
  const named = data === undefined ? `, which the config of ${checkpoint} names,` : '';
  return new WorkError({
    code: 'data-set-missing',
    file: dataset,
    message: `there is no data set here${named === '' ? '' : `${named} relative to the current folder`}`,
    hint: 'give its location: --data FOLDER.zarr',
  });
}
