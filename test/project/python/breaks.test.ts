import { expect, test } from 'vitest';
import { absentModule, packageOf, pythonMend } from '../../../engine/project/python/breaks.js';

const mend = (said: string) => pythonMend(said, 'pip');

test.each([
  [
    "ImportError: cannot import name 'cached_download' from 'huggingface_hub' (/e/huggingface_hub/__init__.py)",
    '"huggingface_hub<0.26"',
  ],
  ["ImportError: cannot import name 'FLAX_WEIGHTS_NAME' from 'transformers.utils'", '"transformers<5"'],
  ["ImportError: cannot import name 'cbuffer_sizes' from 'numcodecs.blosc'", '"numcodecs<0.16"'],
  ["AttributeError: module 'zarr' has no attribute 'DirectoryStore'", '"zarr<3"'],
  ["ImportError: cannot import name 'TempStore' from 'zarr.storage'", '"zarr<3"'],
  ['AttributeError: _ARRAY_API not found', '"numpy<2"'],
  [
    'AttributeError: `np.float_` was removed in the NumPy 2.0 release. Use `np.float64` instead.',
    '"numpy<2"',
  ],
  ['ImportError: numpy.core.multiarray failed to import', '"numpy<2"'],
  ["AttributeError: module 'numpy' has no attribute 'bool'", '"numpy<1.24"'],
  ['Exception: Could not deserialize ATN with version  (expected 4).', 'antlr4-python3-runtime==4.9.3'],
  ["ModuleNotFoundError: No module named 'pkg_resources'", '"setuptools<81"'],
  ['ImportError: libGL.so.1: cannot open shared object file: No such file', 'opencv-python-headless'],
  ["ModuleNotFoundError: No module named 'robomimic'", 'robomimic==0.2.0 --no-deps'],
  ["ModuleNotFoundError: No module named 'diffusers.schedulers'", 'diffusers==0.27.2'],
  ["ModuleNotFoundError: No module named 'hydra'", 'hydra-core'],
  ["ModuleNotFoundError: No module named 'six'", 'six'],
])('%s', (said, expected) => {
  expect(mend(said)).toContain(`pip install`);
  expect(mend(said)).toContain(expected);
});

test('what no pip mends has a sentence', () => {
  expect(mend("No module named 'torch._six'")).toContain('torch<2');
  expect(mend("/e/libstdc++.so.6: version `GLIBCXX_3.4.30' not found")).toContain('libstdcxx-ng');
});

test('what is not known is left as it is', () => {
  expect(mend('RuntimeError: something else')).toBeUndefined();
  expect(mend("No module named 'my_robot.camera'")).toBeUndefined();
  expect(absentModule("No module named 'my_robot.camera'")).toBe('my_robot.camera');
  expect(packageOf('constructor')).toBeUndefined();
});
