/** The kernels that training needs and tfjs's WebAssembly backend lacks or has wrong, as compositions of kernels that it has. */
import * as tf from '@tensorflow/tfjs';

/** Registers them for the backend `wasm`; once per process. */
export function registerWasmKernels(): void {
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      filterGradient(
        inputs['x'] as tf.Tensor4D,
        inputs['dy'] as tf.Tensor4D,
        attrs as unknown as FilterGradientAttrs,
      ),
  });
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      segmentSum(
        inputs['x'] as tf.Tensor,
        inputs['segmentIds'] as tf.Tensor1D,
        Number(attrs?.['numSegments']),
      ),
  });
  registerOneHot();
}

/** tfjs's own writes integers into the memory of a tensor of floats. */
function registerOneHot(): void {
  const own = tf.getKernel('OneHot', 'wasm'); // its set-up, when the backend starts, stays as it is
  tf.unregisterKernel('OneHot', 'wasm');
  tf.registerKernel({
    ...own,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const dtype = attrs?.['dtype'] as tf.DataType;
      const found = own.kernelFunc({ inputs, backend, attrs: { ...attrs, dtype: 'int32' } }) as tf.TensorInfo;
      if (dtype === 'int32') return found;
      const ofInt = tf.engine().makeTensorFromTensorInfo(found);
      const cast = tf.cast(ofInt, dtype);
      ofInt.dispose();
      return cast;
    },
  });
}

interface FilterGradientAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly filterShape: [number, number, number, number];
}

/**
 * The gradient of a convolution's filter (kh, kw, cin, cout) from its input `x` (B, H, W, cin) and the gradient `dy` (B, oh, ow,
 * cout): every output position multiplies one patch of the input, so the sum over positions is a matrix product,
 * patchesᵀ (kw·cin, B·oh·ow) × dy (B·oh·ow, cout). One filter row at a time, which bounds the patches to kw inputs.
 */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attrs: FilterGradientAttrs): tf.Tensor4D {
  const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs;
  if (dataFormat !== 'NHWC')
    throw new Error(`Conv2DBackpropFilter on WebAssembly takes NHWC, not ${dataFormat}`);
  const conv = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  return tf.tidy(() => {
    const { top, bottom, left, right } = conv.padInfo;
    const padded = tf.pad(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]);
    const positions = dy.shape[0] * conv.outHeight * conv.outWidth;
    const flatGradient = dy.reshape<tf.Tensor2D>([positions, conv.outChannels]);
    const rows = range(conv.filterHeight).map((row) =>
      tf.tidy(() => {
        const taps = range(conv.filterWidth).map((column) => tap(padded, row, column, conv));
        const patches = tf
          .concat(taps, 3)
          .reshape<tf.Tensor2D>([positions, conv.filterWidth * conv.inChannels]);
        return tf.matMul(patches, flatGradient, true, false);
      }),
    );
    return tf.concat(rows, 0).reshape<tf.Tensor4D>(filterShape);
  });
}

/** What the filter's entry (row, column) is multiplied with at every output position: (B, oh, ow, cin). */
function tap(
  padded: tf.Tensor4D,
  row: number,
  column: number,
  conv: tf.backend_util.Conv2DInfo,
): tf.Tensor4D {
  const { strideHeight, strideWidth, outHeight, outWidth, batchSize, inChannels } = conv;
  const begin = [0, row, column, 0];
  if (strideHeight === 1 && strideWidth === 1) {
    return tf.slice(padded, begin, [batchSize, outHeight, outWidth, inChannels]);
  }
  const end = [
    batchSize,
    row + (outHeight - 1) * strideHeight + 1,
    column + (outWidth - 1) * strideWidth + 1,
    inChannels,
  ];
  return tf.stridedSlice(padded, begin, end, [1, strideHeight, strideWidth, 1]) as tf.Tensor4D;
}

/** The gradient of `gather`: rows of `x` (N, …) added up by `ids` (N), as a product with their one-hot matrix. */
function segmentSum(x: tf.Tensor, ids: tf.Tensor1D, numSegments: number): tf.Tensor {
  return tf.tidy(() => {
    const [count = 0, ...inner] = x.shape;
    const width = inner.reduce((size, side) => size * side, 1);
    const rowOf = tf.oneHot(ids.toInt(), numSegments).toFloat() as tf.Tensor2D;
    return tf
      .matMul(rowOf, x.reshape<tf.Tensor2D>([count, width]), true, false)
      .reshape([numSegments, ...inner]);
  });
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
