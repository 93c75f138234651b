/** Opens what an evaluation or a prediction needs: the backend, the policy of a checkpoint, its data set. */

import { parseJson } from '../../base/jsonText.js';
import type { PlainMap } from '../../base/plain.js';
import { openCheckpoint } from '../../formats/checkpoint/open.js';
import { policySpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { TrainingData } from '../../training/dataset.js';
import { readTrainOptions, type TrainOptions } from '../../training/options.js';
import type { MeasureEvent, PolicyJob } from '../../wire/workerMessages.js';
import { openBackend, parseBackendRequest } from '../backend/open.js';
import { Normalizer } from '../policy/normalizer.js';
import { ParameterStore } from '../policy/parameters.js';
import { Policy } from '../policy/policy.js';
import { BatchSource } from '../train/batches.js';
import type { Evaluation } from '../train/validate.js';

export type Emit = (event: MeasureEvent) => void;

export interface OpenedPolicy {
  readonly options: TrainOptions;
  readonly spec: PolicySpec;
  readonly data: TrainingData;
  readonly evaluation: Evaluation;
}

/** Passes the opened policy to `use` and closes everything afterwards. */
export async function withPolicy<T>(
  job: PolicyJob,
  emit: Emit,
  use: (opened: OpenedPolicy) => Promise<T>,
): Promise<T> {
  const resolved = parseJson(job.resolved) as PlainMap;
  const options = readTrainOptions(resolved);
  const spec = policySpec(resolved);
  const backend = await openBackend({ request: parseBackendRequest(job.backend ?? options.regrip.backend) });
  emit({ event: 'device', device: `${backend.name} ${backend.version}, ${backend.device}` });
  if (backend.note !== undefined) emit({ event: 'note', message: backend.note });
  const data = await TrainingData.open(job.dataset, spec);
  try {
    const policy = await loadPolicy(job, spec);
    const source = new BatchSource(data, spec, options.dataset.latencySteps);
    const evaluation = { policy, spec, source, seed: job.seed };
    return await use({ options, spec, data, evaluation }).finally(() => policy.dispose());
  } finally {
    await data.close();
  }
}

/** The normaliser is the one stored with the weights. */
async function loadPolicy({ checkpoint, weights }: PolicyJob, spec: PolicySpec): Promise<Policy> {
  const dict = weights === 'ema' ? 'ema_model' : 'model';
  const file = await openCheckpoint(checkpoint);
  try {
    const params = await ParameterStore.load(spec, file, dict);
    return new Policy(spec, params, await Normalizer.fromCheckpoint(spec, file, dict));
  } finally {
    await file.close();
  }
}
