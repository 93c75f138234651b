/** A job's engine: opened, and known to compute the job's policy. */
import type { PlainMap } from '../../base/plain.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import type { PolicyJob, TrainJob } from '../../wire/workerMessages.js';
import type { TrainOptions } from '../options.js';
import type { ComputeEngine, OpenEngine } from './compute.js';

/** Throws before a data set is read that may hold what no policy of this engine sees. */
export async function engineFor(
  { backend, torch }: Pick<TrainJob | PolicyJob, 'backend' | 'torch'>,
  { regrip }: Pick<TrainOptions, 'regrip'>,
  { config, spec }: { readonly config: PlainMap; readonly spec: PolicySpec },
  open: OpenEngine,
): Promise<ComputeEngine> {
  const engine = await open({ backend: backend ?? regrip.backend, config, torch });
  engine.requireComputed(spec);
  return engine;
}
