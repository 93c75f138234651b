import { expect, test } from 'vitest';
import { isDangerous } from '../../../engine/formats/pickle/dangerous.js';
import { GlobalNames } from '../../../engine/formats/pickle/globals.js';
import { CALLS } from '../../hostile/pickle/calls.js';

test('every call that fooled a scanner counts as dangerous', () => {
  const harmless = CALLS.map(
    ([module, name]) => `${module.replace('__builtin__', 'builtins')}.${name}`,
  ).filter((name) => !isDangerous(name));
  expect(harmless).toEqual([]);
});

test.each([
  'lab.robots.Robot',
  'ossify.system',
  'numpy.random._pickle.__randomstate_ctor',
  'collections.Counter',
])('%s is not', (name) => expect(isDangerous(name)).toBe(false));

test('dangerous names come first, all of them, whatever comes before them', () => {
  const globals = new GlobalNames();
  for (let i = 0; i < 5000; i += 1) globals.add(`lab.a${i}`);
  for (let i = 0; i < 1500; i += 1) globals.add(`os.a${i}`);
  globals.add('collections.OrderedDict');
  globals.add('lab.a0');
  expect(globals.unexpected.slice(0, 1500).every((name) => name.startsWith('os.'))).toBe(true);
  expect(globals.unexpected).toHaveLength(2500);
  expect(globals.counts).toEqual({ dangerous: 1500, all: 6500 });
});
