/** Whether a checkpoint's state dict is the one that a config describes, judged from headers alone. */
import type { TensorInfo } from '../../formats/checkpoint/types.js';
import { asSaved, type Normalized } from './savedNormalizer.js';

export type Incompatibility =
  | { readonly kind: 'missing'; readonly key: string; readonly expected: readonly number[] }
  | { readonly kind: 'unexpected'; readonly key: string; readonly found: readonly number[] }
  | {
      readonly kind: 'shape';
      readonly key: string;
      readonly expected: readonly number[];
      readonly found: readonly number[];
    };

/** What `load_state_dict(strict=True)` would refuse: keys of the config first, then keys that only the file has. */
export function findIncompatibilities(
  policy: Normalized,
  stateDict: readonly TensorInfo[],
): Incompatibility[] {
  const spec = asSaved(policy, stateDict);
  const found = new Map(stateDict.map((tensor) => [tensor.key, tensor.shape]));
  const known = new Set(spec.parameters.map((entry) => entry.key));
  const problems: Incompatibility[] = [];
  for (const { key, shape } of spec.parameters) {
    const inFile = found.get(key);
    if (inFile === undefined) problems.push({ kind: 'missing', key, expected: shape });
    else if (!sameShape(inFile, shape)) problems.push({ kind: 'shape', key, expected: shape, found: inFile });
  }
  for (const { key, shape } of stateDict) {
    if (!known.has(key)) problems.push({ kind: 'unexpected', key, found: shape });
  }
  return problems;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
