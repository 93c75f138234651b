import { expect, test } from 'vitest';
import { countsText, GlobalNames, namesInShort } from '../../../engine/formats/pickle/globals.js';

const told = (...names: string[]) => {
  const globals = new GlobalNames();
  for (const name of names) globals.add(name);
  return globals.unexpected;
};

test.each([
  'torch.FloatStorage',
  'torch.storage.UntypedStorage',
  'torch._utils._rebuild_tensor_v2',
  'torch.float8_e4m3fn',
  'torch.bfloat16',
  'collections.OrderedDict',
  'omegaconf.nodes.AnyNode',
  'builtins.dict',
  '_codecs.encode',
  'pathlib.PosixPath',
  'pathlib._local.PosixPath',
  'numpy._core.multiarray.scalar',
  'dill._dill._load_type',
])('%s is what a checkpoint names', (name) => expect(told(name)).toEqual([]));

test.each([
  'torch.load',
  'torch.FloatStorage.x',
  'torchx.FloatStorage',
  'torch._utils._rebuild_sparse_tensor',
  'builtins.eval',
  'builtins.getattr',
  'mine.OrderedDict',
  'numpy.load',
  'collections.OrderedDict\nos.system',
  'dill._dill._create_function',
])('%j is not', (name) => expect(told(name)).toEqual([name]));

test('each name is told once, in the order of its first mention', () => {
  expect(told('lab.b', 'lab.a', 'lab.a', 'lab.b')).toEqual(['lab.b', 'lab.a']);
});

test('a type that dill looks up is expected by some names only', () => {
  const globals = new GlobalNames();
  const call = (...args: Parameters<GlobalNames['addCall']>[1]) =>
    globals.addCall('dill._dill._load_type', args);
  for (const type of ['dict', 'object', 'bytes']) call(type);
  expect(globals.unexpected).toEqual([]);
  call('CodeType');
  call(5);
  call('dict', 'dict');
  globals.addCall('mine.make', ['CodeType']);
  expect(globals.unexpected).toEqual([
    'dill._dill._load_type of CodeType',
    'dill._dill._load_type of a computed name',
    'dill._dill._load_type of dict',
  ]);
});

test('names in short, each as it is shown', () => {
  const show = (name: string) => `<${name}>`;
  expect(namesInShort(['a', 'b'], 2, 3, show)).toBe('<a>, <b>');
  expect(namesInShort(['a', 'b', 'c'], 3, 2, show)).toBe('<a>, <b> and 1 more');
  expect(namesInShort(['a', 'b'], 1000, 2, show)).toBe('<a>, <b> and 998 more');
});

test('counts say the dangerous apart', () => {
  expect(countsText({ dangerous: 3, all: 5 })).toMatch(/^3 .*run code.*, 2 unknown$/);
  expect(countsText({ dangerous: 3, all: 3 })).not.toMatch(/unknown/);
  expect(countsText({ dangerous: 0, all: 2 })).toBe('2 unknown');
  expect(countsText({ dangerous: 0, all: 0 })).toBe('');
});
