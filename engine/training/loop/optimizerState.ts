/** The optimizer's state between a checkpoint's `state_dicts.optimizer` and what computes: moments by key. */
import type { RegripError } from '../../base/errors.js';
import { float32Of, isFloat } from '../../formats/checkpoint/floats.js';
import { countNonFinite, notFiniteError } from '../../formats/checkpoint/nonFinite.js';
import type {
  CheckpointFile,
  OptimizerSource,
  TensorInfo,
  TensorSource,
} from '../../formats/checkpoint/types.js';
import { familyOfSpec } from '../../judge/policy/families.js';
import type { OptimizerSettings, ParameterGroup } from '../../judge/policy/family.js';
import { groupsInFile } from '../../judge/policy/fileGroups.js';
import { savedGroups } from '../../judge/policy/savedGroups.js';
import type { ParameterSpec, PolicySpec } from '../../judge/policy/spec.js';
import { TrainingError } from '../trainingError.js';
import type { Moments, Trainer } from './compute.js';

export interface OptimizerState {
  /** In the order of the file. */
  readonly groups: readonly ParameterGroup[];
  readonly moments: ReadonlyMap<string, Moments>;
}

/** Before the first update. */
export function freshOptimizer(spec: PolicySpec): OptimizerState {
  return { groups: familyOfSpec(spec).parameterGroups(spec), moments: new Map() };
}

/** Throws `optimizer-state`, `checkpoint-not-finite`; the file's groups must list the parameters in the policy's order. */
export async function readOptimizer(spec: PolicySpec, file: CheckpointFile): Promise<OptimizerState> {
  const saved = file.index.optimizer;
  if (saved === undefined) throw unusable(file, 'it does not contain optimizer state');
  const groups = groupsInFile(spec, saved) ?? familyOfSpec(spec).parameterGroups(spec);
  const entries = groups.flatMap(({ parameters }) => parameters);
  const moments = new Map<string, Moments>();
  for (const [index, { step, expAvg, expAvgSq }] of saved.state) {
    const entry = entries[index];
    if (entry === undefined)
      throw unusable(
        file,
        `it has state for parameter ${index}, but this policy has ${entries.length} parameters`,
      );
    const read = (info: TensorInfo) => readMoment(file, info, entry, index);
    moments.set(entry.key, { step, mean: await read(expAvg), square: await read(expAvgSq) });
  }
  return { groups, moments };
}

async function readMoment(
  file: CheckpointFile,
  info: TensorInfo,
  entry: ParameterSpec,
  index: number,
): Promise<Float32Array> {
  if (info.shape.join() !== entry.shape.join() || !isFloat(info.dtype)) {
    const message = `the moments of ${entry.key} are ${info.dtype} [${info.shape}], expected floats [${entry.shape}]`;
    throw unusable(file, message);
  }
  const bytes = await file.read(info);
  const count = countNonFinite(bytes, info.dtype);
  const key = `optimizer.${index} (${entry.key})`;
  if (count > 0) throw notFiniteError(file.index.path, [{ key, count }]);
  return float32Of(bytes, info.dtype).slice();
}

/** For the writer; `rate` is the learning rate that torch would have in its groups (the next step's). */
export async function optimizerSource(
  groups: readonly ParameterGroup[],
  settings: OptimizerSettings,
  rate: number,
  trainer: Pick<Trainer, 'steps' | 'moment'>,
): Promise<OptimizerSource> {
  const steps = await trainer.steps();
  const entries = groups.flatMap(({ parameters }) => parameters);
  const state = entries.flatMap((entry, index) => {
    const step = steps.get(entry.key);
    if (step === undefined) return [];
    const source = (name: string, which: 'mean' | 'square'): TensorSource => ({
      key: `${entry.key}.${name}`,
      shape: entry.shape,
      dtype: 'float32',
      read: async () => new Uint8Array((await trainer.moment(entry.key, which)).buffer),
    });
    const moments = { expAvg: source('exp_avg', 'mean'), expAvgSq: source('exp_avg_sq', 'square') };
    return [[index, { step, ...moments }] as const];
  });
  return { paramGroups: savedGroups(groups, settings, rate), state: new Map(state) };
}

function unusable(file: CheckpointFile, message: string): RegripError {
  return new TrainingError({
    code: 'optimizer-state',
    file: file.index.path,
    message: `the checkpoint's optimizer state does not fit this policy: ${message}`,
    hint: 'Start without it: adapt the checkpoint with --optimizer reset.',
  });
}
