/**
 * Faster forms of two kernels of tfjs's WebAssembly backend. It multiplies two plain matrices well (15 GFLOP/s) but uses a naive loop (1
 * GFLOP/s) for everything else, including transposed operands and the gradient of a convolution's input, which training mostly consists of.
 */
import * as tf from '@tensorflow/tfjs';

/** Replaces the kernels; once per process, after the backend's own were registered. */
export function registerWasmProducts(): void {
  const plain = tf.getKernel('BatchMatMul', 'wasm');
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({
    ...plain,
    kernelFunc: (call) => {
      const { transposeA, transposeB } = call.attrs as unknown as {
        transposeA: boolean;
        transposeB: boolean;
      };
      const [a, b] = [call.inputs['a'] as tf.Tensor, call.inputs['b'] as tf.Tensor];
      // Batches keep the old kernel: one call per matrix costs more than the naive loop at attention's sizes.
      const single = a.shape.slice(0, -2).every(isOne) && b.shape.slice(0, -2).every(isOne);
      if (!single || !(transposeA || transposeB)) return plain.kernelFunc(call);
      return tf.tidy(() => {
        const result = tf.matMul(matrix(a, transposeA), matrix(b, transposeB));
        return result.reshape([...a.shape.slice(0, -2), ...result.shape]);
      });
    },
  });
  tf.unregisterKernel('Conv2DBackpropInput', 'wasm');
  tf.registerKernel({
    kernelName: 'Conv2DBackpropInput',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      inputGradient(
        inputs['dy'] as tf.Tensor4D,
        inputs['filter'] as tf.Tensor4D,
        attrs as unknown as InputGradientAttrs,
      ),
  });
}

function isOne(side: number): boolean {
  return side === 1;
}

/** (1, …, m, n) → (m,n), or (n,m) when transposed. */
function matrix(tensor: tf.Tensor, transposed: boolean): tf.Tensor2D {
  const [rows, columns] = tensor.shape.slice(-2) as [number, number];
  const plain = tensor.reshape<tf.Tensor2D>([rows, columns]);
  return transposed ? tf.transpose(plain) : plain;
}

interface InputGradientAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape: [number, number, number, number];
}

/**
 * The gradient of a convolution's input (B,H,W,cin) from `dy` (B,oh,ow,cout): a convolution of stride 1 of `dy`, its positions spread
 * `stride` apart, with the filter turned by 180° and its channels exchanged (Dumoulin and Visin 2016, "transposed convolution").
 */
function inputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, attrs: InputGradientAttrs): tf.Tensor4D {
  const { strides, pad, dataFormat, dimRoundingMode, inputShape } = attrs;
  if (dataFormat !== 'NHWC')
    throw new Error(`Conv2DBackpropInput on WebAssembly takes NHWC, not ${dataFormat}`);
  const conv = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode);
  return tf.tidy(() => {
    const spread = spreadApart(dy, conv.strideHeight, conv.strideWidth);
    const rows = margins(conv.inHeight, spread.shape[1], conv.filterHeight, conv.padInfo.top);
    const columns = margins(conv.inWidth, spread.shape[2], conv.filterWidth, conv.padInfo.left);
    const padded = tf.pad(spread, [[0, 0], rows, columns, [0, 0]]);
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(padded, turned, 1, 'valid');
  });
}

/** Zeros before and after, so that at every input position the filter covers the outputs that it contributed to. */
function margins(input: number, spread: number, filter: number, padBefore: number): [number, number] {
  const before = filter - 1 - padBefore;
  return [before, input + filter - 1 - spread - before];
}

/** Inserts `stride - 1` zeros between neighbours: (B, (oh-1)·sh + 1, (ow-1)·sw + 1, C). */
function spreadApart(dy: tf.Tensor4D, strideHeight: number, strideWidth: number): tf.Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy;
  const [batch, height, width, channels] = dy.shape;
  const wide = tf
    .concat([dy, tf.zeros([batch, height, width, channels * (strideWidth - 1)])], 3)
    .reshape<tf.Tensor4D>([batch, height, width * strideWidth, channels]);
  const gap = tf.zeros<tf.Rank.R4>([batch, height, width * strideWidth * (strideHeight - 1), channels]);
  const tall = tf.concat([wide, gap], 2);
  const whole = tall.reshape<tf.Tensor4D>([batch, height * strideHeight, width * strideWidth, channels]);
  return tf.slice(whole, 0, [
    batch,
    (height - 1) * strideHeight + 1,
    (width - 1) * strideWidth + 1,
    channels,
  ]);
}
