import fc from 'fast-check';
import { expect, test } from 'vitest';
import { moduleGroups } from '../../../../engine/formats/checkpoint/listing/modules.js';

const layer = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}.p${i}`);
const shown = (keys: readonly string[]) =>
  moduleGroups(keys).map(({ module, from, to }) => [module, to - from]);

test('few keys are one group, by what they share', () => {
  expect(moduleGroups([])).toEqual([]);
  expect(shown(['a.b.weight', 'a.b.bias'])).toEqual([['a.b', 2]]);
  expect(shown(['a.b.weight', 'a.c.bias'])).toEqual([['a', 2]]);
  expect(shown(['weight'])).toEqual([['', 1]]);
  expect(shown(['a.weight', 'weight'])).toEqual([['', 2]]);
});

test('many keys are divided by module, as deep as it takes', () => {
  const keys = [
    'first',
    ...layer('model.layers.0', 18),
    ...layer('model.layers.1', 18),
    ...layer('model.head', 2),
  ];
  expect(shown(keys)).toEqual([
    ['', 1],
    ['model.layers.0', 18],
    ['model.layers.1', 18],
    ['model.head', 2],
  ]);
});

test('modules that are too small to stand alone stay together', () => {
  const keys = Array.from({ length: 15 }, (_, i) => [`m.l${i}.weight`, `m.l${i}.bias`]).flat();
  expect(shown(keys)).toEqual([['m', 30]]);
});

test('a layer of many keys is divided no further than its names reach', () => {
  expect(shown(layer('a', 50))).toEqual([['a', 50]]);
  expect(shown(Array.from({ length: 50 }, (_, i) => '.'.repeat(100) + i))).toHaveLength(1);
});

test('each key is in one group, in the order of the file, and begins with its module', () => {
  const name = fc.constantFrom('a', 'b', 'layers', '0', '1', '');
  const key = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('.'));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 120 }), (keys) => {
      const groups = moduleGroups(keys);
      const covered = groups.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
      expect(covered).toEqual(keys.map((_, i) => i));
      for (const { module, from, to } of groups)
        for (const each of keys.slice(from, to))
          expect(module === '' || each.startsWith(`${module}.`)).toBe(true);
    }),
  );
});
