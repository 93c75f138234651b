/** The backend that needs nothing installed: tfjs on WebAssembly, with the kernels that it lacks for training. */
import * as tf from '@tensorflow/tfjs';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { registerWasmKernels } from './wasmKernels.js';
import { registerWasmProducts } from './wasmProducts.js';

/** Makes it the current backend. Call it once per process. */
export async function loadWasm(): Promise<{ readonly version: string }> {
  registerWasmKernels();
  registerWasmProducts();
  await tf.setBackend('wasm');
  return { version: version_wasm };
}
