import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plain, PlainMap } from '../../engine/base/plain.js';
import {
  beats,
  copyOf,
  fromPlain,
  isInterpolation,
  isMissing,
  lookup,
  type MapNode,
  placeText,
  provenanceOf,
  toPlain,
} from '../../engine/config/node.js';
import type { Provenance } from '../../engine/config/provenance.js';

const at = (line: number): Provenance => ({
  kind: 'file',
  file: 'a.yaml',
  line,
  column: 3,
  endLine: line,
  endColumn: 4,
});
const OVERRIDE: Provenance = { kind: 'override', text: 'a=1', index: 0 };
const TREE = fromPlain({ a: { b: [1, { c: 2 }] }, d: '???', e: '${a.b}' }, at(1));

const config = fc.letrec<{ value: Plain; map: PlainMap }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, 1.5, 2n ** 60n, 'text'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('map'),
  ),
  map: fc.dictionary(fc.string({ maxLength: 2 }), tie('value'), { maxKeys: 3 }),
})).map;

test('a tree holds what it was made of, and a copy can be changed without it', () => {
  fc.assert(
    fc.property(config, (value) => {
      const tree = fromPlain(value, OVERRIDE);
      expect(toPlain(tree)).toEqual(value);
      const copy = copyOf(tree);
      for (const node of copy.entries.values()) {
        if (node.kind === 'map') node.entries.clear();
        if (node.kind === 'list') node.items.length = 0;
      }
      copy.entries.clear();
      expect(toPlain(tree)).toEqual(value);
    }),
  );
});

test('what lies at a path', () => {
  expect(toPlain(lookup(TREE, ['a', 'b', 1, 'c'])!)).toBe(2);
  expect(toPlain(lookup(TREE, ['a', 'b', '0'])!)).toBe(1);
  expect(lookup(TREE, [])).toBe(TREE);
  for (const path of [['x'], ['a', 'b', 2], ['a', 'b', 'c'], ['d', 'x'], ['a', 'b', 0, 'x']])
    expect(lookup(TREE, path)).toBeUndefined();
});

test('what is missing, and what is an interpolation', () => {
  expect(isMissing(lookup(TREE, ['d']))).toBe(true);
  expect(isMissing(lookup(TREE, ['e']))).toBe(false);
  expect(isMissing(undefined)).toBe(false);
  expect(isInterpolation(lookup(TREE, ['e']))).toBe(true);
  expect(isInterpolation(lookup(TREE, ['a']))).toBe(false);
  expect(isInterpolation(undefined)).toBe(false);
});

test('places as messages name them', () => {
  expect(placeText(at(7))).toBe('a.yaml:7:3');
  expect(placeText(OVERRIDE)).toBe("the override 'a=1'");
});

test('of each value, lists and their entries too, the winner and whom it beat', () => {
  const one = fromPlain(1, at(1));
  const two = beats(fromPlain(2, at(2)), one);
  const root: MapNode = { ...fromPlain({ b: [5] }, at(9)), beaten: [] };
  root.entries.set('a', beats(fromPlain(3, OVERRIDE), two));
  expect(Object.fromEntries(provenanceOf(root))).toEqual({
    a: [OVERRIDE, at(2), at(1)],
    b: [at(9)],
    'b.0': [at(9)],
  });
  expect(beats(one, undefined)).toBe(one);
});
