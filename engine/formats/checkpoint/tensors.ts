/** Tensors in a checkpoint's pickle: torch's rebuild functions as shapes, strides and places in storages. */
import { shownName } from '../../base/shown.js';
import {
  describe,
  type PickleValue,
  PyDict,
  PyGlobal,
  PyObject,
  PyPersistent,
  PyTuple,
} from '../pickle/model.js';
import { CheckpointError, SAVE_AGAIN } from './checkpointError.js';
import { dtypeFacts, elementCount } from './dtypes.js';
import { type DeclaredStorage, declaredStorage, type StorageSizes } from './storages.js';
import type { TensorInfo, TorchDtype } from './types.js';

/** torch's own limit on dimensions. */
const MAX_RANK = 64;

const PARAMETER = 'torch._utils._rebuild_parameter';
const PARAMETER_WITH_STATE = 'torch._utils._rebuild_parameter_with_state';
const SUBCLASS = 'torch._tensor._rebuild_from_type_v2';
const QUANTISED = 'torch._utils._rebuild_qtensor';
const WITH_DTYPE = 'torch._utils._rebuild_tensor_v3';
/** By name: the fewest and most arguments that torch's function takes. */
const REBUILDS: Readonly<Record<string, readonly [fewest: number, most: number]>> = {
  'torch._utils._rebuild_tensor': [4, 4],
  'torch._utils._rebuild_tensor_v2': [6, 7],
  [QUANTISED]: [7, 7],
  [WITH_DTYPE]: [7, 8],
};
/** Functions with which torch makes tensors without a storage of numbers: sparse, nested, on other devices, without data. */
const OTHER_TENSORS = /^torch\._utils\._rebuild_\w+$|^torch\._tensor\._rebuild_\w+$/;
/** Attributes of a tensor that replace its numbers, or what it is. */
const REPLACING = [
  'data',
  'grad',
  '_grad',
  'real',
  'imag',
  'names',
  'requires_grad',
  '__class__',
  '__dict__',
];

/** The rebuild call behind parameters and tensor subclasses; undefined when `value` is not a tensor. */
export function tensorCall(value: PickleValue | undefined): PyObject | undefined {
  let node = value;
  for (let wrappers = 0; wrappers < 4 && node instanceof PyObject; wrappers += 1) {
    if (Object.hasOwn(REBUILDS, node.className ?? '')) return node;
    node = wrapped(node);
  }
  return undefined;
}

/** What a parameter or a tensor subclass is made around. */
function wrapped(node: PyObject): PickleValue | undefined {
  const name = node.className ?? '';
  if (name === PARAMETER || name === PARAMETER_WITH_STATE) return node.args.items[0];
  return name === SUBCLASS ? unwrapSubclass(node) : undefined;
}

/** `_rebuild_from_type_v2(function, class, arguments, state)`. */
function unwrapSubclass(node: PyObject): PickleValue | undefined {
  const [callable, , args] = node.args.items;
  return callable instanceof PyGlobal && args instanceof PyTuple
    ? new PyObject('call', callable, args)
    : undefined;
}

/**
 * Throws `CheckpointError` for a value that torch would make a tensor of in a way that is not read here, or change after it was made.
 * `name` is the key with its state dict.
 */
export function requireReadable(name: string, value: PickleValue, path: string): void {
  const problem = unreadable(value);
  if (problem === undefined) return;
  const hint = 'Save it as a plain dense tensor (.detach().clone(), .to_dense(), .dequantize()).';
  throw new CheckpointError('checkpoint-tensor', path, `${shownName(name)} ${problem}`, hint);
}

function unreadable(value: PickleValue): string | undefined {
  if (!(value instanceof PyObject)) return undefined;
  let node: PickleValue | undefined = value;
  for (let outermost = true; node instanceof PyObject; outermost = false) {
    const name = node.className ?? '';
    if (!OTHER_TENSORS.test(name)) return outermost ? undefined : `is a parameter around ${describe(node)}`;
    if (
      node.construction !== 'call' ||
      node.state !== undefined ||
      node.listItems.length + node.dictItems.length > 0
    )
      return 'is a tensor that the file changes after creating it';
    if (Object.hasOwn(REBUILDS, name)) return undefined;
    const inside = wrapped(node);
    if (inside === undefined) return `is an unsupported kind of tensor (${shownName(name)})`;
    if (replaces(stateOf(node))) return 'is a tensor with attributes that replace its numbers';
    node = inside;
  }
  return `is a parameter around ${describe(node ?? null)}`;
}

/** Attributes that torch sets on a parameter or subclass. */
function stateOf(node: PyObject): PickleValue {
  return (node.className === PARAMETER ? undefined : node.args.items[3]) ?? null;
}

function replaces(state: PickleValue): boolean {
  if (state === null || state === false) return false;
  if (state instanceof PyTuple) return state.items.length > 2 || state.items.some(replaces);
  if (!(state instanceof PyDict)) return true;
  return state.entries.some(([key]) => typeof key !== 'string' || REPLACING.includes(key));
}

/** Where the tensor of `key` lies. Throws `CheckpointError` when its storage does not hold all of it. */
export function tensorInfo(key: string, call: PyObject, sizes: StorageSizes): TensorInfo {
  const [storageNode, offset, shapeNode, strideNode] = call.args.items;
  const fail = (found: string): never => {
    throw new CheckpointError('checkpoint-tensor', sizes.path, `${shownName(key)}: ${found}`, SAVE_AGAIN);
  };
  requireArguments(call, fail);
  const storage = storageOf(storageNode, fail);
  const dtype = dtypeOf(call, storage, fail);
  const shape = lengths(shapeNode) ?? fail('its shape is not a tuple of lengths');
  const stride = lengths(strideNode) ?? fail('its stride is not a tuple of lengths');
  if (stride.length !== shape.length)
    fail(`its shape has ${shape.length} dimensions, its stride ${stride.length}`);
  const storageOffset = isLength(offset) ? offset : fail('its offset is not a length');
  requireInside({ shape, stride, storageOffset, storage: storage.key, dtype }, sizes, fail);
  return { key, shape, dtype, stride, storageOffset, storage: storage.key };
}

type Fail = (found: string) => never;

function requireArguments(call: PyObject, fail: Fail): void {
  const { items } = call.args;
  const [fewest, most] = REBUILDS[call.className!]!;
  if (items.length < fewest || items.length > most)
    fail(`torch builds it from ${fewest} to ${most} arguments, but the file gives ${items.length}`);
  const metadata = call.className === WITH_DTYPE ? items[7] : call.className === QUANTISED ? null : items[6];
  const flags = metadata instanceof PyDict ? metadata.entries : [];
  const marked = flags.some(([name, value]) => (name === 'conj' || name === 'neg') && value !== false);
  if (marked || !(metadata instanceof PyDict || metadata === null || metadata === undefined))
    fail('it is marked as conjugated or negated, so its numbers differ from those in its storage');
}

function dtypeOf(call: PyObject, storage: DeclaredStorage, fail: Fail): TorchDtype {
  const named = call.className === WITH_DTYPE ? globalName(call.args.items[6]) : storage.dtype;
  const dtype =
    named !== undefined && dtypeFacts(named) !== undefined ? named : fail(`its dtype ${named} is unknown`);
  if (call.className === QUANTISED && !/^qu?int/.test(dtype)) fail(`its dtype ${dtype} comes with a scale`);
  return dtype;
}

type Place = Pick<TensorInfo, 'shape' | 'stride' | 'storageOffset' | 'storage' | 'dtype'>;

function requireInside(place: Place, sizes: StorageSizes, fail: (found: string) => never): void {
  const available =
    sizes.bytesOf(place.storage) ?? fail(`its storage data/${place.storage} is not in the file`);
  const end = (place.storageOffset + extent(place.shape, place.stride)) * dtypeFacts(place.dtype)!.bytes;
  if (end > available)
    fail(`it extends to byte ${end} of its storage data/${place.storage}, which has only ${available}`);
}

/** Elements from the first to the last that a view touches. */
export function extent(shape: readonly number[], stride: readonly number[]): number {
  if (elementCount(shape) === 0) return 0;
  return shape.reduce((last, length, axis) => last + (length - 1) * stride[axis]!, 1);
}

function storageOf(value: PickleValue | undefined, fail: Fail): DeclaredStorage {
  if (!(value instanceof PyPersistent)) return fail(`its storage is ${describe(value ?? null)}`);
  const storage = declaredStorage(value.id);
  return typeof storage === 'string' ? fail(`its storage is ${storage}`) : storage;
}

function globalName(value: PickleValue | undefined): string | undefined {
  return value instanceof PyGlobal && value.module === 'torch' ? value.name : undefined;
}

function lengths(value: PickleValue | undefined): readonly number[] | undefined {
  if (!(value instanceof PyTuple) || value.items.length > MAX_RANK) return undefined;
  const { items } = value;
  return items.every(isLength) ? items : undefined;
}

function isLength(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Marks each tensor that views the same elements as an earlier one. */
export function withAliases(tensors: readonly TensorInfo[]): TensorInfo[] {
  const first = new Map<string, string>();
  return tensors.map((tensor) => {
    if (elementCount(tensor.shape) === 0) return tensor; // no element is shared
    const { storage, storageOffset, dtype, shape, stride } = tensor;
    const place = JSON.stringify([storage, storageOffset, dtype, shape, stride]);
    const alias = first.get(place);
    if (alias === undefined) first.set(place, tensor.key);
    return alias === undefined ? tensor : { ...tensor, alias };
  });
}
