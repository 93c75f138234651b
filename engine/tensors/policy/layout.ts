/** Where a tensor's axes lie in another order on the tensor backend than in PyTorch's state dict: convolution kernels, as their family says. */
import type { ParameterSpec } from '../../judge/policy/spec.js';

type Laid = Pick<ParameterSpec, 'shape' | 'engineAxes'>;

/** The shape on the backend. */
export function deviceShape({ shape, engineAxes }: Laid): number[] {
  return engineAxes === undefined ? [...shape] : engineAxes.map((axis) => shape[axis]!);
}

/** Values in the state dict's order → in the backend's. */
export function toDevice(values: Float32Array, { shape, engineAxes }: Laid): Float32Array {
  return engineAxes === undefined ? values : permuted(values, shape, engineAxes);
}

/** The same in an array of its own. */
export function deviceCopy(values: Float32Array, laid: Laid): Float32Array {
  return laid.engineAxes === undefined ? values.slice() : toDevice(values, laid);
}

/** Values in the backend's order → in the state dict's. */
export function toTorch(values: Float32Array, laid: Laid): Float32Array {
  const { engineAxes } = laid;
  if (engineAxes === undefined) return values;
  const back = engineAxes.map((_, axis) => engineAxes.indexOf(axis));
  return permuted(values, deviceShape(laid), back);
}

/** Walks through the result in its own order; `axes` names the axis of `shape` that each of its axes is. */
function permuted(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, side) => size * side, 1));
  const sides = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  const place = axes.map(() => 0);
  const result = new Float32Array(values.length);
  let from = 0;
  for (let to = 0; to < result.length; to += 1) {
    result[to] = values[from]!;
    for (let axis = axes.length - 1; axis >= 0; axis -= 1) {
      from += steps[axis]!;
      place[axis] = place[axis]! + 1;
      if (place[axis]! < sides[axis]!) break;
      from -= steps[axis]! * sides[axis]!;
      place[axis] = 0;
    }
  }
  return result;
}
