import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { PYTHON_2_MODULES } from '../../../engine/formats/pickle/opcodes.js';
import { python3Name } from '../../../engine/formats/pickle/python2.js';
import { peerPython } from '../../peers.js';

const python = peerPython(['pickle']);
test.skipIf(!python)('Python 2’s names are Python’s own table (needs a python)', () => {
  const script =
    'import _compat_pickle as c, json; print(json.dumps([list(c.IMPORT_MAPPING.items()), list(c.NAME_MAPPING.items())]))';
  const { stdout } = spawnSync(python!, ['-c', script], { encoding: 'utf8' });
  const [modules, names] = JSON.parse(stdout) as [[string, string][], [[string, string], [string, string]][]];
  expect(modules.length).toBeGreaterThan(40);
  for (const [old, now] of modules) expect(python3Name(old, 'anything')).toEqual([now, 'anything']);
  for (const [old, now] of names) expect(python3Name(...old)).toEqual(now);
});

test.each([
  ['__builtin__', 'xrange', 'builtins', 'range'],
  ['__builtin__', 'list', 'builtins', 'list'],
  ['exceptions', 'IOError', 'builtins', 'IOError'],
  ['exceptions', 'system', 'exceptions', 'system'], // not one of the exceptions
  ['commands', 'getoutput', 'subprocess', 'getoutput'],
  ['torch', 'FloatStorage', 'torch', 'FloatStorage'],
  ['constructor', 'name', 'constructor', 'name'],
])('%s.%s is %s.%s', (module, name, ...now) => expect(python3Name(module, name)).toEqual(now));

test('modules that values are written with are read back under their new name', () => {
  for (const [old, now] of PYTHON_2_MODULES) expect(python3Name(old, 'x')).toEqual([now, 'x']);
});
