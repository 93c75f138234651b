/** Loads libtensorflow's binding from the engine folder and registers it as tfjs's backend `tensorflow`. */
import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import type { TFJSBinding } from '@tensorflow/tfjs-node/dist/tfjs_binding.js';
import { bindingPath } from '../../base/engineHome.js';
import { TensorError } from '../tensorError.js';

const require = createRequire(import.meta.url);

interface LoadedTensorFlow {
  readonly usesGpu: boolean;
  readonly version: string;
}

/** Registers the backend from `folder` and makes it the current one. Throws `engine-broken` when the binding does not load. */
export async function loadTensorFlow(folder: string): Promise<LoadedTensorFlow> {
  prepareProcess();
  const binding = requireBinding(folder);
  const { NodeJSKernelBackend } = await import('@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js');
  await import('@tensorflow/tfjs-node/dist/register_all_kernels.js');
  const backend = new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node');
  tf.registerBackend('tensorflow', () => backend, 3);
  await tf.setBackend('tensorflow');
  return { usesGpu: backend.isUsingGpuDevice, version: binding.TF_Version };
}

/** Must be set before the native library is loaded, which reads these once. */
function prepareProcess(): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // Without it TensorFlow takes all memory of the GPU at once, even beside a running simulation.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  restoreNodeUtil();
}

/** tfjs-node calls `util.isNullOrUndefined`, which Node 23 removed. */
function restoreNodeUtil(): void {
  const legacy = util as unknown as Record<string, unknown>;
  for (const [name, test] of Object.entries(LEGACY_UTIL)) legacy[name] ??= test;
}

const LEGACY_UTIL = {
  isNullOrUndefined: (value: unknown) => value === null || value === undefined,
  isArray: Array.isArray,
} as const;

function requireBinding(folder: string): TFJSBinding {
  const path = bindingPath(folder);
  try {
    return require(path) as TFJSBinding;
  } catch (cause) {
    throw new TensorError({
      code: 'engine-broken',
      message: `${path} cannot be loaded: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}`,
      hint: `remove ${folder}, then run: regrip engine install`,
      cause,
    });
  }
}
