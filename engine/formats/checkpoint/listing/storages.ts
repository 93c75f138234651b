/** Which tensors of a checkpoint share a storage, and how a line of the listing says so. */
import { shownName } from '../../../base/shown.js';
import { elementCount } from '../dtypes.js';
import type { TensorInfo } from '../types.js';

/** Call it once for each tensor, in the order of the file. */
export class StorageOwners {
  private readonly first = new Map<string, { readonly stateDict: string; readonly tensor: TensorInfo }>();

  /**
   * `= KEY` for the very same tensor as an earlier one, `~ KEY` for one that sees the same storage in another way; undefined for the
   * first on its storage. A key of another state dict is named with it.
   */
  sharedWith(stateDict: string, tensor: TensorInfo): string | undefined {
    if (tensor.alias !== undefined) return `= ${shownName(tensor.alias)}`;
    if (elementCount(tensor.shape) === 0) return undefined;
    const before = this.first.get(tensor.storage);
    if (before === undefined) {
      this.first.set(tensor.storage, { stateDict, tensor });
      return undefined;
    }
    const owner = before.stateDict === stateDict ? '' : `${shownName(before.stateDict)}: `;
    return `${isSame(before.tensor, tensor) ? '=' : '~'} ${owner}${shownName(before.tensor.key)}`;
  }
}

function isSame(a: TensorInfo, b: TensorInfo): boolean {
  return (
    a.storageOffset === b.storageOffset &&
    a.dtype === b.dtype &&
    String(a.shape) === String(b.shape) &&
    String(a.stride) === String(b.stride)
  );
}
