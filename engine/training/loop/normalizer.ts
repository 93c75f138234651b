/** The statistics of a policy's normaliser by field, fitted on the data or read from a checkpoint. */
import { type NonFinite, notFiniteError } from '../../formats/checkpoint/nonFinite.js';
import type { CheckpointFile } from '../../formats/checkpoint/types.js';
import { type FieldStatistics, IMAGE_STATISTICS, LimitsFit } from '../../judge/policy/limits.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { TrainingError } from '../trainingError.js';
import { readTensor, type StateDictName } from './readTensor.js';

const PREFIX = 'normalizer.params_dict.';
const STATISTICS = ['max', 'mean', 'min', 'std'] as const;

/** `action` and each observation key. */
export type NormalizerFields = ReadonlyMap<string, FieldStatistics>;

/** The limits of `rows` (N, width) in C order, as upstream's mode `limits` fits them. */
export function fitLimits(rows: Float32Array, width: number): FieldStatistics {
  const fit = new LimitsFit(width);
  fit.add(rows);
  return fit.result();
}

/** Fits every field of the policy: the action and the low-dimensional ones on `rows`, images get a fixed range. */
export function fitNormalizer(spec: PolicySpec, rows: (field: string) => Float32Array): NormalizerFields {
  const fields = new Map([['action', fitLimits(rows('action'), spec.actionDim)]]);
  for (const { key, type, shape } of spec.observations) {
    fields.set(key, type === 'rgb' ? IMAGE_STATISTICS : fitLimits(rows(key), shape[0]!));
  }
  return fields;
}

export async function readNormalizer(
  spec: PolicySpec,
  file: CheckpointFile,
  dict: StateDictName,
): Promise<NormalizerFields> {
  const entries = new Map<string, Float32Array>();
  const bad: NonFinite[] = [];
  for (const entry of spec.parameters) {
    if (entry.kind !== 'normalizer') continue;
    const values = await readTensor(file, dict, entry);
    const count = values.filter((value) => !Number.isFinite(value)).length;
    if (count > 0) bad.push({ key: `${dict}.${entry.key}`, count });
    entries.set(entry.key, values);
  }
  if (bad.length > 0) throw notFiniteError(file.index.path, bad);
  return normalizerFields(spec, entries);
}

/** `entries`: the normaliser's tensors by their keys in the state dict. */
export function normalizerFields(
  spec: PolicySpec,
  entries: ReadonlyMap<string, Float32Array>,
): NormalizerFields {
  const names = ['action', ...spec.observations.map(({ key }) => key)];
  const fields = names.map((field): [string, FieldStatistics] => {
    const entry = (name: string) => required(entries, `${PREFIX}${field}.${name}`);
    const [max, mean, min, std] = STATISTICS.map((name) => entry(`input_stats.${name}`));
    return [
      field,
      { offset: entry('offset'), scale: entry('scale'), max: max!, mean: mean!, min: min!, std: std! },
    ];
  });
  return new Map(fields);
}

/** Every tensor by its key in the state dict, for the writer. */
export function normalizerEntries(fields: NormalizerFields): Map<string, Float32Array> {
  const all = new Map<string, Float32Array>();
  for (const [field, statistics] of fields) {
    all.set(`${PREFIX}${field}.offset`, statistics.offset);
    all.set(`${PREFIX}${field}.scale`, statistics.scale);
    for (const name of STATISTICS) all.set(`${PREFIX}${field}.input_stats.${name}`, statistics[name]);
  }
  return all;
}

function required(entries: ReadonlyMap<string, Float32Array>, key: string): Float32Array {
  const found = entries.get(key);
  if (found !== undefined) return found;
  throw new TrainingError({ code: 'normalizer', message: `the checkpoint has no ${key}` });
}
