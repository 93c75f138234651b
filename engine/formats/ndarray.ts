/** An n-dimensional array as bytes: what NumPy pickles, zarr chunks and safetensors hold. */

export interface NdArray {
  /** NumPy's descriptor with its byte order, little-endian once read: `<f4`, `<i8`, `|u1`, `|b1`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Contiguous, C order, little-endian. */
  readonly data: Uint8Array;
}

/** How wide an element of each of NumPy's kinds of numbers may be. */
export const ITEM_BYTES: Readonly<Record<string, readonly number[]>> = {
  b: [1],
  i: [1, 2, 4, 8],
  u: [1, 2, 4, 8],
  f: [2, 4, 8],
  c: [8, 16],
};
