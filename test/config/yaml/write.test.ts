import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Plain, type PlainMap, PyFloat } from '../../../engine/base/plain.js';
import { toPlain } from '../../../engine/config/node.js';
import { toYaml } from '../../../engine/config/yaml/write.js';
import { parseConfig } from '../../../engine/config/yaml/yaml.js';

const back = (value: string) => toPlain(parseConfig(toYaml({ value, list: [value] }), 'a.yaml'));

test.each([
  '=',
  '<<',
  '1e5',
  '12:30',
  '0x_',
  'off',
  'on',
  '~',
  '',
  '08',
  '1_0.5',
  '\u0085',
  '\u2028',
  'a\nb\n',
])('%j is read back as text', (text) => {
  expect(back(text)).toEqual({ value: text, list: [text] });
});

test('any text is read back as it was', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(back(text)).toEqual({ value: text, list: [text] });
    }),
  );
});

test('text that needs no quotes has none, and floats keep their point', () => {
  expect(toYaml({ name: 'lift', list: [1, 'a b'], lr: new PyFloat(1), none: null })).toBe(
    'name: lift\nlist:\n  - 1\n  - a b\nlr: 1.0\nnone: null\n',
  );
});

test('any values are read back as they were', () => {
  const number = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true }).map((each) => (Number.isInteger(each) ? new PyFloat(each) : each)),
  );
  const value = fc.letrec<{ any: Plain; map: PlainMap }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, false, 2n ** 70n),
      number,
      fc.string(),
      fc.array(tie('any'), { maxLength: 3 }),
      tie('map'),
    ),
    map: fc.dictionary(fc.string(), tie('any'), { maxKeys: 4 }),
  })).map;
  fc.assert(
    fc.property(value, (map) => {
      expect(toPlain(parseConfig(toYaml(map), 'a.yaml'))).toEqual(map);
    }),
    { numRuns: 100 },
  );
});

test('a comment stands behind the value at its path, in lists and maps', () => {
  const text = toYaml({ a: 1, list: [{ b: 2 }, 3], c: { d: 'x' } }, (path) =>
    path === 'c.d' || path.startsWith('list') ? `at ${path}` : undefined,
  );
  expect(text.split('\n').filter((line) => line.includes('#'))).toEqual([
    '  - b: 2 # at list.0.b',
    '  - 3 # at list.1',
    '  d: x # at c.d',
  ]);
  expect(toPlain(parseConfig(text, 'a.yaml'))).toEqual({ a: 1, list: [{ b: 2 }, 3], c: { d: 'x' } });
});
