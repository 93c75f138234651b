/** Where PyTorch's convolution kernels (out,in,kh,kw) become those of the tensor backend (kh,kw,in,out), and back. */

/** The shape on the backend of a tensor with `shape` in the state dict. */
export function deviceShape(shape: readonly number[]): number[] {
  if (shape.length !== 4) return [...shape];
  const [out, input, height, width] = shape as [number, number, number, number];
  return [height, width, input, out];
}

/** Values in the backend's order; `shape` is the state dict's. Anything but a kernel is handed through. */
export function toDevice(values: Float32Array, shape: readonly number[]): Float32Array {
  return shape.length === 4 ? permuted(values, shape, (torch, device) => [device, torch]) : values;
}

/** Values in the state dict's order; `shape` is the state dict's. */
export function toTorch(values: Float32Array, shape: readonly number[]): Float32Array {
  return shape.length === 4 ? permuted(values, shape, (torch, device) => [torch, device]) : values;
}

/** Walks both orders at once; `ends` says which index is written and which is read. */
function permuted(
  values: Float32Array,
  shape: readonly number[],
  ends: (torch: number, device: number) => [number, number],
): Float32Array {
  const [out, input, height, width] = shape as [number, number, number, number];
  const result = new Float32Array(values.length);
  const taps = height * width;
  for (let o = 0; o < out; o += 1) {
    for (let i = 0; i < input; i += 1) {
      for (let tap = 0; tap < taps; tap += 1) {
        const [to, from] = ends((o * input + i) * taps + tap, (tap * input + i) * out + o);
        result[to] = values[from]!;
      }
    }
  }
  return result;
}
