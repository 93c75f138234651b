/** Loaded into every process of a fast run: a test that reaches for tensors without saying so fails, and reads what to write. */
import Module from 'node:module';

const TENSORS = /[\\/]node_modules[\\/]@tensorflow[\\/]/;
const load = Module._extensions['.js'];

Module._extensions['.js'] = (module, filename) => {
  if (TENSORS.test(filename)) throw new Error(REFUSAL);
  return load(module, filename);
};

const REFUSAL =
  'A fast run has no engine, and this test, or a process that it starts, loads tfjs. ' +
  "Give the test the tag: test('…', { tags: 'engine' }, …); or its whole file, if that imports engine/tensors: // @module-tag engine";
