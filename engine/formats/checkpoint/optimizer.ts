/** AdamW's saved state in a checkpoint: its groups as plain values, its moments as tensors to read. */
import { isPlainMap, type PlainMap, PyFloat } from '../../base/plain.js';
import { type PickleValue, PyList } from '../pickle/model.js';
import { entriesOf, entry, plainOf } from '../pickle/plain.js';
import { CheckpointError } from './checkpointError.js';
import type { StorageSizes } from './storages.js';
import { requireReadable, tensorCall, tensorInfo } from './tensors.js';
import type { OptimizerInfo, TensorInfo } from './types.js';

/** Parameters with moments: policies have about 120; bounds the steps that are read one by one. */
const MAX_PARAMETERS = 2000;
/** AdamW keeps step, exp_avg and exp_avg_sq; bounds what parameters that share one dict can cost. */
const MAX_MOMENTS = 16;

/** Reads a tensor's bytes, contiguous. */
type ReadTensor = (tensor: TensorInfo) => Promise<Uint8Array>;

/** Whether a state dict is an optimizer's. */
export function isOptimizer(value: PickleValue): boolean {
  return entriesOf(entry(value, 'state')) !== undefined && entry(value, 'param_groups') instanceof PyList;
}

/** Throws `CheckpointError` for an optimizer that is not of Adam's kind. */
export async function readOptimizer(
  value: PickleValue,
  sizes: StorageSizes,
  read: ReadTensor,
): Promise<OptimizerInfo> {
  const groups = plainOf(entry(value, 'param_groups') ?? null);
  const state = new Map<number, OptimizerInfo['state'] extends ReadonlyMap<number, infer S> ? S : never>();
  const parameters = entriesOf(entry(value, 'state')) ?? [];
  if (parameters.length > MAX_PARAMETERS)
    throw unexpected(sizes, `the optimizer’s state has ${parameters.length} parameters`);
  for (const [index, moments] of parameters) {
    if (typeof index !== 'number')
      throw unexpected(sizes, 'the optimizer’s state has a key that is not an index');
    const name = `optimizer.state.${index}`;
    const kept = entriesOf(moments)?.length ?? 0;
    if (kept > MAX_MOMENTS) throw unexpected(sizes, `${name} has ${kept} entries`);
    const tensor = (key: string) => momentInfo(`${name}.${key}`, entry(moments, key), sizes);
    state.set(index, {
      step: await readStep(`${name}.step`, entry(moments, 'step'), sizes, read),
      expAvg: tensor('exp_avg'),
      expAvgSq: tensor('exp_avg_sq'),
    });
  }
  return { paramGroups: requireGroups(groups, sizes), state };
}

function requireGroups(groups: unknown, sizes: StorageSizes): PlainMap[] {
  if (Array.isArray(groups) && groups.every(isPlainMap)) return groups;
  throw unexpected(sizes, 'the optimizer’s param_groups is not a list of dicts');
}

function momentInfo(name: string, value: PickleValue | undefined, sizes: StorageSizes): TensorInfo {
  if (value !== undefined) requireReadable(name, value, sizes.path);
  const call = tensorCall(value);
  if (call === undefined)
    throw unexpected(sizes, `${name} is missing: only Adam-type optimizers are supported`);
  return tensorInfo(name, call, sizes);
}

/** torch saves the step as a float32 tensor without dimensions; before 1.12 it was a number. */
async function readStep(
  name: string,
  value: PickleValue | undefined,
  sizes: StorageSizes,
  read: ReadTensor,
): Promise<number> {
  if (typeof value === 'number') return value;
  if (value instanceof PyFloat) return value.value;
  const info = momentInfo(name, value, sizes);
  const bytes = info.shape.length === 0 ? await read(info) : new Uint8Array();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (info.dtype === 'float32' && bytes.length === 4) return view.getFloat32(0, true);
  if (info.dtype === 'float64' && bytes.length === 8) return view.getFloat64(0, true);
  if (info.dtype === 'int64' && bytes.length === 8) return Number(view.getBigInt64(0, true));
  throw unexpected(
    sizes,
    `${name} is a tensor of ${info.dtype} and shape [${info.shape.join(', ')}], expected a number`,
  );
}

function unexpected(sizes: StorageSizes, found: string): CheckpointError {
  const hint = 'Use a checkpoint whose optimizer is torch’s AdamW.';
  return new CheckpointError('checkpoint-layout', sizes.path, found, hint);
}
