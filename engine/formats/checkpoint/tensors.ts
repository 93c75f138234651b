/** Tensors in a checkpoint's pickle: torch's rebuild functions as shapes, strides and places in storages. */
import { describe, type PickleValue, PyGlobal, PyObject, PyPersistent, PyTuple } from '../pickle/model.js';
import { dtypeFacts, dtypeOfStorage, elementCount } from './dtypes.js';
import { CheckpointError, SAVE_AGAIN } from './errors.js';
import type { TensorInfo, TorchDtype } from './types.js';

/** torch's own limit on dimensions. */
const MAX_RANK = 64;

/** What a file knows of itself while its tensors are listed. */
export interface StorageSizes {
  readonly path: string;
  /** Real bytes of the storage record, or undefined when the archive has none of that name. */
  readonly bytesOf: (storage: string) => number | undefined;
}

const PARAMETERS = ['torch._utils._rebuild_parameter', 'torch._utils._rebuild_parameter_with_state'];
const SUBCLASS = 'torch._tensor._rebuild_from_type_v2';
const PLAIN = [
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_qtensor',
];
const WITH_DTYPE = 'torch._utils._rebuild_tensor_v3';

/** The rebuild call behind parameters and tensor subclasses; undefined when `value` is no tensor. */
export function tensorCall(value: PickleValue | undefined): PyObject | undefined {
  let node = value;
  for (let wrappers = 0; wrappers < 4 && node instanceof PyObject; wrappers += 1) {
    const name = node.className ?? '';
    if (PLAIN.includes(name) || name === WITH_DTYPE) return node;
    if (PARAMETERS.includes(name)) node = node.args.items[0];
    else if (name === SUBCLASS) node = unwrapSubclass(node);
    else return undefined;
  }
  return undefined;
}

/** `_rebuild_from_type_v2(function, class, arguments, state)`. */
function unwrapSubclass(node: PyObject): PickleValue | undefined {
  const [callable, , args] = node.args.items;
  return callable instanceof PyGlobal && args instanceof PyTuple
    ? new PyObject('call', callable, args)
    : undefined;
}

/** Where the tensor of `key` lies. Throws `CheckpointError` when its storage does not hold all of it. */
export function tensorInfo(key: string, call: PyObject, sizes: StorageSizes): TensorInfo {
  const [storageNode, offset, shapeNode, strideNode, , , dtypeNode] = call.args.items;
  const fail = (found: string): never => {
    throw new CheckpointError('checkpoint-tensor', sizes.path, `${key}: ${found}`, SAVE_AGAIN);
  };
  const storage = storageOf(storageNode) ?? fail(`its storage is ${describe(storageNode ?? null)}`);
  const named = call.className === WITH_DTYPE ? globalName(dtypeNode) : storage.dtype;
  const dtype =
    named !== undefined && dtypeFacts(named) !== undefined ? named : fail(`its dtype ${named} is unknown`);
  const shape = lengths(shapeNode) ?? fail('its shape is no tuple of lengths');
  const stride = lengths(strideNode) ?? fail('its stride is no tuple of lengths');
  if (stride.length !== shape.length)
    fail(`its shape has ${shape.length} dimensions, its stride ${stride.length}`);
  const storageOffset = isLength(offset) ? offset : fail('its offset is no length');
  requireInside({ shape, stride, storageOffset, storage: storage.key, dtype }, sizes, fail);
  return { key, shape, dtype, stride, storageOffset, storage: storage.key };
}

type Place = Pick<TensorInfo, 'shape' | 'stride' | 'storageOffset' | 'storage' | 'dtype'>;

function requireInside(place: Place, sizes: StorageSizes, fail: (found: string) => never): void {
  const available =
    sizes.bytesOf(place.storage) ?? fail(`its storage data/${place.storage} is not in the file`);
  const end = (place.storageOffset + extent(place.shape, place.stride)) * dtypeFacts(place.dtype)!.bytes;
  if (end > available)
    fail(`it reaches to byte ${end} of its storage data/${place.storage}, which has ${available}`);
}

/** Elements from the first to the last that a view touches. */
export function extent(shape: readonly number[], stride: readonly number[]): number {
  if (elementCount(shape) === 0) return 0;
  return shape.reduce((last, length, axis) => last + (length - 1) * stride[axis]!, 1);
}

interface Storage {
  readonly key: string;
  /** Undefined for an untyped storage. */
  readonly dtype: TorchDtype | undefined;
}

/** The persistent id `('storage', torch.FloatStorage, key, device, elements)`. */
function storageOf(value: PickleValue | undefined): Storage | undefined {
  if (!(value instanceof PyPersistent) || !(value.id instanceof PyTuple)) return undefined;
  const [tag, type, key] = value.id.items;
  if (tag !== 'storage' || !(type instanceof PyGlobal) || typeof key !== 'string') return undefined;
  return { key, dtype: dtypeOfStorage(type.name) };
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
