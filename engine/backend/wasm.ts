/** The backend that needs nothing installed: tfjs on WebAssembly, with the kernels that training lacks there. */
import * as tf from '@tensorflow/tfjs';
import { version_wasm } from '@tensorflow/tfjs-backend-wasm';

export async function loadWasm(): Promise<{ readonly version: string }> {
  await tf.setBackend('wasm');
  return { version: version_wasm };
}
