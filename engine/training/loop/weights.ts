/** A policy's values as plain arrays: drawn as upstream's constructor draws them, or read from a checkpoint and checked. */
import { byteView } from '../../base/byteView.js';
import { Stream } from '../../base/streams.js';
import { countNonFinite, type NonFinite, notFiniteError } from '../../formats/checkpoint/nonFinite.js';
import type { CheckpointFile } from '../../formats/checkpoint/types.js';
import { familyOfSpec } from '../../judge/policy/families.js';
import { initialValues } from '../../judge/policy/initial.js';
import type { ParameterSpec, PolicySpec } from '../../judge/policy/spec.js';
import { type NormalizerFields, readNormalizer } from './normalizer.js';
import { readTensor, type StateDictName } from './readTensor.js';

/** By canonical key, in the state dict's layout; the normaliser's are not here. */
export type Values = ReadonlyMap<string, Float32Array>;

export interface PolicyWeights {
  readonly values: Values;
  readonly normalizer: NormalizerFields;
}

/** The tensors that a policy holds itself: an alias is its canonical key's, the normaliser's are fitted. */
export function ownEntries({ parameters }: Pick<PolicySpec, 'parameters'>): ParameterSpec[] {
  return parameters.filter(({ kind, alias }) => kind !== 'normalizer' && alias === undefined);
}

/** As upstream's constructor initialises them: each key draws from its own stream of `seed`. */
export function freshValues(spec: PolicySpec, seed: number): Map<string, Float32Array> {
  const positions = new Map(spec.parameters.map(({ key }, index) => [key, index]));
  const family = familyOfSpec(spec);
  const drawn = ownEntries(spec).map((entry): [string, Float32Array] => {
    const source = new Stream(seed, 'initialisation', positions.get(entry.key)!);
    return [entry.key, initialValues(family.initialRule(entry, spec), entry.shape, source)];
  });
  return new Map(drawn);
}

/** Throws `state-dict` naming the first key that is missing or has another shape, `checkpoint-not-finite`. */
export async function readWeights(
  spec: PolicySpec,
  file: CheckpointFile,
  dict: StateDictName,
): Promise<PolicyWeights> {
  return { values: await readValues(spec, file, dict), normalizer: await readNormalizer(spec, file, dict) };
}

/** As `readWeights`, without the normaliser. */
export async function readValues(
  spec: PolicySpec,
  file: CheckpointFile,
  dict: StateDictName,
): Promise<Map<string, Float32Array>> {
  const found = new Map<string, Float32Array>();
  const bad: NonFinite[] = [];
  for (const entry of ownEntries(spec)) {
    const values = await readTensor(file, dict, entry);
    const count = countNonFinite(byteView(values), 'float32', entry.key);
    if (count > 0) bad.push({ key: `${dict}.${entry.key}`, count });
    found.set(entry.key, values);
  }
  if (bad.length > 0) throw notFiniteError(file.index.path, bad);
  return found;
}
