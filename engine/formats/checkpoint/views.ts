/** Strided views into a storage: which are contiguous, and how one is cut into smaller ones. */
import { contiguousStride, elementCount } from './dtypes.js';
import { extent } from './tensors.js';
import type { TensorInfo } from './types.js';

/** Shape and strides in elements. */
export type View = Pick<TensorInfo, 'shape' | 'stride' | 'storageOffset'>;

/** Lengths of 1 may have any stride. */
export function isContiguous({ shape, stride }: Omit<View, 'storageOffset'>): boolean {
  const expected = contiguousStride(shape);
  return (
    shape.every((length, axis) => length <= 1 || stride[axis] === expected[axis]) || elementCount(shape) === 0
  );
}

/**
 * Views that together hold each element of `view` once, each at most `most` elements long, and spans at most that many. They are cut
 * along the farthest-reaching axis, so a transposed matrix is read along its memory.
 */
export function* viewsWithin(view: View, most: number): Generator<View> {
  const { shape, stride, storageOffset } = view;
  if (elementCount(shape) === 0) return;
  const reach = extent(shape, stride);
  if (reach <= most && elementCount(shape) <= most) {
    yield view;
    return;
  }
  // Only elements that repeat (stride 0) outnumber what they reach over.
  const weight = (axis: number): number =>
    reach > most ? (shape[axis]! - 1) * stride[axis]! : shape[axis]! - 1;
  const cut = shape.reduce((best, _, axis) => (weight(axis) > weight(best) ? axis : best), 0);
  const half = Math.ceil(shape[cut]! / 2);
  yield* viewsWithin({ shape: shape.with(cut, half), stride, storageOffset }, most);
  const rest = { shape: shape.with(cut, shape[cut]! - half), stride };
  yield* viewsWithin({ ...rest, storageOffset: storageOffset + half * stride[cut]! }, most);
}
