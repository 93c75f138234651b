/** Rearranging elements: Fortran order to C order, any strides to contiguous, big-endian to little-endian. */

/** A copy of Fortran-ordered elements in C order. */
export function cOrder(bytes: Uint8Array, shape: readonly number[], itemBytes: number): Uint8Array {
  let step = 1;
  const stride = shape.map((length) => {
    const here = step;
    step *= length;
    return here;
  });
  return gather(bytes, shape, stride, itemBytes);
}

/**
 * A contiguous C-order copy of the elements at `sum(index * stride)`; strides in elements. The caller has checked that
 * the farthest element lies within `bytes` and that the result is of a bearable size.
 */
export function gather(
  bytes: Uint8Array,
  shape: readonly number[],
  stride: readonly number[],
  itemBytes: number,
): Uint8Array {
  const count = shape.reduce((product, length) => product * length, 1);
  const result = new Uint8Array(count * itemBytes);
  if (result.length === 0) return result; // also for elements without bytes, of which a shape may claim any number
  const index = shape.map(() => 0);
  let from = 0; // in elements
  for (let to = 0; to < count; to += 1) {
    const source = from * itemBytes;
    for (let byte = 0; byte < itemBytes; byte += 1) result[to * itemBytes + byte] = bytes[source + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      from += stride[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= stride[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** A copy with each group of `unit` bytes reversed. */
export function littleEndian(bytes: Uint8Array, unit: number): Uint8Array {
  const result = Uint8Array.from(bytes);
  if (unit === 2) Buffer.from(result.buffer).swap16();
  else if (unit === 4) Buffer.from(result.buffer).swap32();
  else if (unit === 8) Buffer.from(result.buffer).swap64();
  return result;
}
