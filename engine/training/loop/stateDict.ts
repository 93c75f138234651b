/** A policy's tensors as the checkpoint writer takes them: every key of the state dict, in its order. */
import { byteView } from '../../base/byteView.js';
import type { TensorSource } from '../../formats/checkpoint/types.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { type NormalizerFields, normalizerEntries } from './normalizer.js';

/** One source per key, each read when it is its turn to be written; `values` by canonical key. */
export function stateDict(
  { parameters }: PolicySpec,
  values: (key: string) => Promise<Float32Array>,
  normalizer: NormalizerFields,
): TensorSource[] {
  const fitted = normalizerEntries(normalizer);
  return parameters.map(({ key, shape, dtype, kind, alias }) => ({
    key,
    shape,
    dtype,
    ...(alias === undefined ? {} : { alias }),
    read: async () => {
      const own = kind === 'normalizer' ? fitted.get(key)!.slice() : await values(alias ?? key);
      return byteView(dtype === 'int64' ? BigInt64Array.from(own, BigInt) : own);
    },
  }));
}
