/** OmegaConf's merge. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plain, PlainMap } from '../../engine/base/plain.js';
import { mergeInto } from '../../engine/config/merge.js';
import { type ConfigNode, fromPlain, lookup, toPlain } from '../../engine/config/node.js';

const placed = (value: PlainMap, file: string) =>
  fromPlain(value, { kind: 'file', file, line: 1, column: 1, endLine: 1, endColumn: 1 });

function merged(under: PlainMap, over: PlainMap, lead?: PlainMap): Plain {
  const root = placed(under, 'under.yaml');
  const target = (): ConfigNode | undefined => (lead === undefined ? undefined : placed(lead, 'lead.yaml'));
  mergeInto(root, placed(over, 'over.yaml'), [], target);
  return toPlain(root);
}

test.each([
  ['maps are merged key by key', { a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }, { a: { b: 1, c: 3, d: 4 } }],
  ['a list is replaced', { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
  ['a scalar is replaced by anything', { a: 1, b: 1 }, { a: { c: 1 }, b: [1] }, { a: { c: 1 }, b: [1] }],
  ['a container by a scalar', { a: { b: 1 }, c: [1] }, { a: null, c: 'x' }, { a: null, c: 'x' }],
  ['??? never wins over a value', { a: 1, b: { c: 1 } }, { a: '???', b: '???' }, { a: 1, b: { c: 1 } }],
  ['??? stands where there is nothing', {}, { a: '???' }, { a: '???' }],
  ['a value wins over ???', { a: '???' }, { a: 1 }, { a: 1 }],
] as const)('%s', (_, under, over, result) => expect(merged(under, over)).toEqual(result));

describe('an interpolation below', () => {
  test('that leads to a map is merged into a copy of it', () => {
    expect(merged({ a: '${other}' }, { a: { c: 2 } }, { b: 1 })).toEqual({ a: { b: 1, c: 2 } });
  });
  test('that leads to a map becomes it where ??? comes over it', () => {
    expect(merged({ a: '${other}' }, { a: '???' }, { b: 1 })).toEqual({ a: { b: 1 } });
  });
  test('is replaced by a scalar, unseen', () => {
    expect(merged({ a: '${other}' }, { a: 5 }, { b: 1 })).toEqual({ a: 5 });
  });
  test('that leads nowhere yet is replaced', () => {
    expect(merged({ a: '${other}' }, { a: { c: 2 } })).toEqual({ a: { c: 2 } });
  });
});

test.each([
  [{ a: { b: { c: 1 } } }, { a: { b: [1] } }, 'a.b'],
  [{ a: [1] }, { a: { b: 1 } }, 'a'],
] as const)('%j and %j cannot be merged: both places are named', (under, over, path) => {
  const merging = () => merged(under, over);
  expect(merging).toThrow(expect.objectContaining({ code: 'merge-kinds', file: 'over.yaml:1:1' }));
  expect(merging).toThrow(new RegExp(`${path.replace('.', '\\.')} .*under\\.yaml:1:1`));
});

test('the winner remembers what it beat, the nearest first', () => {
  const root = placed({ a: 1 }, 'one');
  for (const file of ['two', 'three']) mergeInto(root, placed({ a: 2 }, file), [], () => undefined);
  const node = lookup(root, ['a'])!;
  expect([node.place, ...node.beaten].map((place) => place.kind === 'file' && place.file)).toEqual([
    'three',
    'two',
    'one',
  ]);
});

const config = fc.letrec<{ value: Plain; map: PlainMap }>((tie) => ({
  value: fc.oneof({ maxDepth: 2 }, fc.integer(), fc.array(fc.integer(), { maxLength: 2 }), tie('map')),
  map: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
})).map;

test('merging a config into itself or into nothing gives it, and what is merged stays as it was', () => {
  fc.assert(
    fc.property(config, (value) => {
      expect(merged(value, value)).toEqual(value);
      expect(merged({}, value)).toEqual(value);
      expect(merged(value, {})).toEqual(value);
    }),
  );
  const over = placed({ a: { b: 1 } }, 'over');
  const root = placed({}, 'root');
  mergeInto(root, over, [], () => undefined);
  mergeInto(root, placed({ a: { b: 2 } }, 'more'), [], () => undefined);
  expect(toPlain(over)).toEqual({ a: { b: 1 } });
});
