/** The storages that a checkpoint's pickle declares: each must be the record that PyTorch reads for it, and be declared in only one way. */
import { shownName } from '../../base/shown.js';
import { describe, type PickleValue, PyGlobal, type PyPersistent, PyTuple } from '../pickle/model.js';
import { CheckpointError, SAVE_AGAIN } from './checkpointError.js';
import { dtypeFacts, dtypeOfStorage } from './dtypes.js';
import type { TorchDtype } from './types.js';

export interface DeclaredStorage {
  readonly key: string;
  /** Undefined for an untyped storage, whose elements are bytes. */
  readonly dtype: TorchDtype | undefined;
  readonly elements: number;
}

/** What is known about a file while its tensors are listed. */
export interface StorageSizes {
  readonly path: string;
  /** Real bytes of the storage record, or undefined when the archive has none of that name. */
  readonly bytesOf: (storage: string) => number | undefined;
}

/** The persistent id `('storage', torch.FloatStorage, key, device, elements)`, or what else it is. */
export function declaredStorage(value: PickleValue): DeclaredStorage | string {
  if (!(value instanceof PyTuple) || value.items.length !== 5) return describe(value);
  const [tag, type, key, device, elements] = value.items;
  if (tag !== 'storage' || typeof key !== 'string' || typeof device !== 'string')
    return 'a tuple of other things';
  if (typeof elements !== 'number' || !Number.isSafeInteger(elements) || elements < 0)
    return `a storage of ${typeof elements === 'number' ? elements : describe(elements!)} elements`;
  if (!(type instanceof PyGlobal)) return `a storage whose type is ${describe(type!)}`;
  const untyped = type.is('torch.storage.UntypedStorage', 'torch.UntypedStorage');
  const dtype = untyped ? undefined : dtypeOfStorage(type.name);
  if (!untyped && (dtype === undefined || !/^torch(\.cuda)?$/.test(type.module)))
    return `a storage of an unknown dtype: its type is ${describe(type)}`;
  return { key, dtype, elements };
}

/**
 * Throws `CheckpointError` for an id that is not a storage, a storage that the archive lacks or that has another size than declared, and
 * one that is declared in two ways, of which PyTorch takes the first.
 */
export function requireStorages(declared: readonly PyPersistent[], { path, bytesOf }: StorageSizes): void {
  const bad = (found: string) => new CheckpointError('checkpoint-tensor', path, found, SAVE_AGAIN);
  const known = new Map<string, DeclaredStorage>();
  for (const { id } of declared) {
    const storage = declaredStorage(id);
    if (typeof storage === 'string')
      throw bad(`data.pkl refers to ${storage} where PyTorch expects a storage`);
    const name = `storage data/${shownName(storage.key)}`;
    const first = known.get(storage.key);
    if (first === undefined) {
      known.set(storage.key, storage);
      requireSize(name, storage, bytesOf(storage.key), bad);
    } else if (first.dtype !== storage.dtype || first.elements !== storage.elements) {
      throw bad(`${name} is declared twice: as ${inWords(first)} and as ${inWords(storage)}`);
    }
  }
}

/** As PyTorch requires since 2.11; older versions would read past a record that is too short. */
function requireSize(
  name: string,
  storage: DeclaredStorage,
  bytes: number | undefined,
  bad: (found: string) => CheckpointError,
): void {
  if (bytes === undefined) throw bad(`its ${name} is not in the file`);
  const width = storage.dtype === undefined ? 1 : dtypeFacts(storage.dtype)!.bytes;
  if (bytes === storage.elements * width) return;
  throw bad(
    `${name} is declared as ${inWords(storage)} (${storage.elements * width} bytes), but its record has ${bytes} bytes`,
  );
}

function inWords({ dtype, elements }: DeclaredStorage): string {
  return `${elements} of ${dtype ?? 'untyped bytes'}`;
}
