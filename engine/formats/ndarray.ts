/** An n-dimensional array as bytes: what NumPy pickles, zarr chunks and safetensors hold. */

export interface NdArray {
  /** NumPy's descriptor with its byte order, little-endian once read: `<f4`, `<i8`, `|u1`, `|b1`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Contiguous, C order, little-endian. */
  readonly data: Uint8Array;
}
