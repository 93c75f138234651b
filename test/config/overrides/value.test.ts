import { expect, test } from 'vitest';
import { toPlain } from '../../../engine/config/node.js';
import { isSweep, nodeOf, type OverrideValue, scalarOf } from '../../../engine/config/overrides/value.js';
import type { Provenance } from '../../../engine/config/provenance.js';

const PLACE: Provenance = { kind: 'override', text: 'a=1', index: 0 };
const SWEEPS: readonly OverrideValue[] = [
  { kind: 'choice', simple: true, items: [scalarOf(1)] },
  { kind: 'range', numbers: [0, 3, 1] },
  { kind: 'interval', numbers: [0, 1] },
  { kind: 'glob' },
];
const list = (...items: OverrideValue[]): OverrideValue => ({ kind: 'list', items });
const map = (key: string, value: OverrideValue): OverrideValue => ({
  kind: 'map',
  entries: new Map([[key, value]]),
});

test('plain values become a tree all of which was written in the override', () => {
  const node = nodeOf(map('a', list(scalarOf(1), list(), map('b', scalarOf(null)))), PLACE)!;
  expect(toPlain(node)).toEqual({ a: [1, [], { b: null }] });
  expect(node.place).toBe(PLACE);
  expect(node.kind === 'map' && node.entries.get('a')!.place).toBe(PLACE);
});

test.each(SWEEPS.map((sweep) => [sweep.kind, sweep] as const))(
  'a %s is a sweep, which no value may hold',
  (_, sweep) => {
    expect(isSweep(sweep)).toBe(true);
    expect(nodeOf(sweep, PLACE)).toBeUndefined();
    expect(nodeOf(list(scalarOf(1), sweep), PLACE)).toBeUndefined();
    expect(nodeOf(map('a', list(sweep)), PLACE)).toBeUndefined();
  },
);

test('what is shuffled stands for a list that no config can name', () => {
  const node = nodeOf({ kind: 'shuffled', items: [scalarOf(1), scalarOf(2)] }, PLACE)!;
  expect(toPlain(node)).toMatch(/^\$\{.*\}$/);
  for (const value of [scalarOf(1), list(), map('a', scalarOf(1))]) expect(isSweep(value)).toBe(false);
});
