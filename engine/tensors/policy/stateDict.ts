/** A policy's tensors as the checkpoint writer takes them: every key of the state dict, in its order. */
import type { TensorSource } from '../../formats/checkpoint/types.js';
import type { Normalizer } from './normalizer.js';
import type { ParameterStore } from './parameters.js';

/** One source per key; tensors are converted to PyTorch's layout when it is their turn to be written. */
export function stateDict(parameters: ParameterStore, normalizer: Normalizer): TensorSource[] {
  const fitted = normalizer.entries();
  return parameters.spec.parameters.map(({ key, shape, dtype, kind, alias }) => ({
    key,
    shape,
    dtype,
    ...(alias === undefined ? {} : { alias }),
    read: () =>
      kind === 'normalizer'
        ? new Uint8Array(fitted.get(key)!.slice().buffer)
        : parameters.torchBytes(alias ?? key),
  }));
}
