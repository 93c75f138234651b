/** Opens what an evaluation or a prediction needs: the backend, the policy of a checkpoint, its data set. */

import { staleStatistics } from '../../adapt/staleStatistics.js';
import { parseJson } from '../../base/jsonText.js';
import type { PlainMap } from '../../base/plain.js';
import { openCheckpoint } from '../../formats/checkpoint/open.js';
import { policySpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import type { MeasureEvent, PolicyJob } from '../../wire/workerMessages.js';
import { TrainingData } from '../dataset.js';
import { BatchSource } from '../loop/batches.js';
import type { ComputedPolicy, ComputeEngine, OpenEngine } from '../loop/compute.js';
import { engineFor } from '../loop/openEngine.js';
import { readWeights } from '../loop/weights.js';
import { readTrainOptions, type TrainOptions } from '../options.js';
import type { Evaluation } from './validate.js';

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
  openEngine: OpenEngine,
  use: (opened: OpenedPolicy) => Promise<T>,
): Promise<T> {
  const resolved = parseJson(job.resolved) as PlainMap;
  const options = readTrainOptions(resolved);
  const spec = policySpec(resolved);
  const engine = await engineFor(job, options, { config: resolved, spec }, openEngine);
  emit({ event: 'device', device: engine.device });
  if (engine.note !== undefined) emit({ event: 'note', message: engine.note });
  const data = await TrainingData.open(job.dataset, spec);
  try {
    const policy = await loadPolicy(engine, job, spec, (message) => emit({ event: 'note', message }));
    const source = new BatchSource(data, spec, options.dataset.latencySteps);
    const evaluation = { policy, spec, source, seed: job.seed };
    return await use({ options, spec, data, evaluation }).finally(() => policy.dispose());
  } finally {
    await data.close();
  }
}

/** The normaliser is the one stored with the weights. */
async function loadPolicy(
  engine: ComputeEngine,
  { checkpoint, weights }: PolicyJob,
  spec: PolicySpec,
  note: (message: string) => void,
): Promise<ComputedPolicy> {
  const file = await openCheckpoint(checkpoint);
  try {
    const stale = await staleStatistics(file, weights);
    if (stale !== undefined) note(stale);
    return await engine.policy(
      spec,
      await readWeights(spec, file, weights === 'ema' ? 'ema_model' : 'model'),
    );
  } finally {
    await file.close();
  }
}
