/** Measures what the current backend actually does: a silent fall-back to a slow device shows in these numbers. */
import * as tf from '@tensorflow/tfjs';

export interface BackendSpeed {
  /** 1024 × 1024 times 1024 × 1024, float32. */
  readonly matmulGflops: number;
  /** 3 × 3 convolution of 64 to 64 channels on (4, 45, 80, 64): the encoder's first stage, forward only. */
  readonly convGflops: number;
  /** The largest difference between a product and its exact value: reveals a broken library. */
  readonly maxError: number;
}

const SIZE = 1024;
const CONV = { batch: 4, height: 45, width: 80, channels: 64, kernel: 3 } as const;
const MEASURE_MS = 400;

/** Takes about a second. Call `openBackend` first. */
export async function measureBackend(): Promise<BackendSpeed> {
  const { batch, height, width, channels, kernel } = CONV;
  const matrix = tf.randomNormal<tf.Rank.R2>([SIZE, SIZE]);
  const images = tf.randomNormal<tf.Rank.R4>([batch, height, width, channels]);
  const filter = tf.randomNormal<tf.Rank.R4>([kernel, kernel, channels, channels]);
  try {
    const convFlops = 2 * batch * height * width * channels * channels * kernel * kernel;
    return {
      matmulGflops: rate(2 * SIZE ** 3, () => tf.matMul(matrix, matrix)),
      convGflops: rate(convFlops, () => tf.conv2d(images, filter, 1, 'same')),
      maxError: productError(),
    };
  } finally {
    tf.dispose([matrix, images, filter]);
  }
}

/** Rates are in GFLOP/s; the first call is discarded, because it allocates. */
function rate(flops: number, product: () => tf.Tensor): number {
  finish(product());
  const started = performance.now();
  let calls = 0;
  while (performance.now() - started < MEASURE_MS) {
    finish(product());
    calls++;
  }
  return (flops * calls) / (performance.now() - started) / 1e6;
}

/** Waits for the value by reading one number of it, which a lazy device cannot answer earlier. */
function finish(result: tf.Tensor): void {
  tf.tidy(() => result.flatten().slice([0], [1]).dataSync());
  result.dispose();
}

/** Small integers multiply exactly in float32, so any difference is an error. */
function productError(): number {
  return tf.tidy(() => {
    const left = tf
      .range(0, 64 * 64)
      .mod(7)
      .reshape([64, 64]);
    const right = tf
      .range(0, 64 * 64)
      .mod(5)
      .reshape([64, 64]);
    const found = tf.matMul(left, right).dataSync();
    let worst = 0;
    for (let row = 0; row < 64; row++) {
      for (let column = 0; column < 64; column++) {
        let exact = 0;
        for (let k = 0; k < 64; k++) exact += ((row * 64 + k) % 7) * ((k * 64 + column) % 5);
        worst = Math.max(worst, Math.abs(exact - found[row * 64 + column]!));
      }
    }
    return worst;
  });
}
