/** What is bundled, and what is not: each process and thread starts from one module, whose bundle lies where its sources expect it. */

/** Sources → bundles. A bundle named `dist/a/b.js` stands for all modules of `a`, so paths between processes hold. */
export const ENTRIES = [
  { source: 'client/extension.ts', bundle: 'dist/client/extension.cjs' }, // the extension host loads CommonJS
  { source: 'server/main.ts', bundle: 'dist/server/main.js' },
  { source: 'server/reader.ts', bundle: 'dist/server/reader.js' },
  { source: 'engine/main.ts', bundle: 'dist/engine/main.js' },
  { source: 'engine/job.ts', bundle: 'dist/engine/job.js' },
  { source: 'engine/cli.ts', bundle: 'dist/engine/cli.js' },
  { source: 'engine/tensors/worker.ts', bundle: 'dist/engine/tensors/worker.js' },
  { source: 'engine/work/runners/torch/worker.ts', bundle: 'dist/engine/work/runners/torch/worker.js' },
  { source: 'engine/work/convert/frameWorker.ts', bundle: 'dist/engine/work/convert/frameWorker.js' },
];

/** Given by the editor, or native. A native package is shipped as it is. */
export const EXTERNALS = ['vscode', 'sharp'];

/** Packages for linux-x64 that are shipped as they are, below `dist/node_modules`. */
export const NATIVE = [
  'sharp',
  '@img/colour',
  '@img/sharp-linux-x64',
  '@img/sharp-libvips-linux-x64',
  'detect-libc',
  'semver',
];

/** Read by their path at run time: they lie beside the worker's bundle. */
export const WASM_FILES = [
  '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm',
  '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm',
  '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm',
];

/** Below the folder of engines: one build serves every Node, so the machine that packages has it. */
export const PREBUILT_BINDING = '2.16.2-cpu/lib/napi-v8/tfjs_binding.node';
