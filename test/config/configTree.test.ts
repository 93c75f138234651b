import { expect, test } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { type ConfigCode, ConfigError } from '../../engine/config/configError.js';
import { ConfigTree, startOf, unresolvedAt } from '../../engine/config/configTree.js';
import { fromPlain } from '../../engine/config/node.js';
import { parseOverride } from '../../engine/config/overrides/overrides.js';
import { UNKNOWN_CODE, UNKNOWN_VALUE } from '../../engine/config/resolve/resolvers.js';
import { Collected } from '../../engine/config/tolerance.js';

/** A tree of parts, each with the package it goes to. */
function tree(parts: readonly (readonly [string, PlainMap])[], tolerance?: Collected): ConfigTree {
  const made = new ConfigTree('train.yaml', { env: {} }, tolerance);
  for (const [pack, content] of parts)
    made.add({ content: fromPlain(content, startOf(`${pack || 'train'}.yaml`)), package: pack });
  return made;
}

test('parts go to their packages, in order', () => {
  expect(
    tree([
      ['', { a: 1 }],
      ['task.data', { b: 2 }],
      ['task', { data: { c: 3 }, d: 4 }],
      ['', { a: 5 }],
    ]).unresolved(),
  ).toEqual({
    a: 5,
    task: { data: { b: 2, c: 3 }, d: 4 },
  });
});

test('a part over an interpolation is merged with what it leads to by then', () => {
  const made = tree([
    ['', { base: { lr: 1, n: 2 }, mine: '${base}' }],
    ['mine', { lr: 3 }],
  ]);
  expect(made.unresolved()).toEqual({ base: { lr: 1, n: 2 }, mine: { lr: 3, n: 2 } });
});

test('a part over an interpolation that leads nowhere yet replaces it', () => {
  expect(
    tree([
      ['', { mine: '${later}' }],
      ['mine', { lr: 3 }],
    ]).unresolved(),
  ).toEqual({ mine: { lr: 3 } });
});

test('Hydra’s section is not shown to the program', () => {
  const made = tree([['', { a: 1, hydra: { run: { dir: 'x' } } }]]);
  expect([...made.shown().entries.keys()]).toEqual(['a']);
  expect(made.unresolved()).toHaveProperty('hydra');
});

test('only the primary config may set the search path', () => {
  const added = () => {
    const made = new ConfigTree('train.yaml', {});
    const content = fromPlain({ hydra: { searchpath: ['x'] } }, startOf('task.yaml'));
    const file = { file: 'task.yaml', text: '', root: content, packageHeader: undefined, problems: [] };
    made.add({ content, package: '', file, where: 'train.yaml:2:5' });
  };
  expect(added).toThrow(expect.objectContaining({ code: 'defaults', file: 'train.yaml:2:5' }));
});

test('an override that is refused is kept where problems are, and the rest stands', () => {
  const collected = new Collected();
  const made = tree([['', { a: 1 }]], collected);
  for (const text of ['b=2', 'a=3']) made.override(parseOverride(text, 0));
  expect(made.unresolved()).toEqual({ a: 3 });
  expect(collected.problems.map(({ code }) => code)).toEqual(['override-refused']);
});

test('the place of a value, or of the nearest container around it', () => {
  const made = tree([
    ['', { a: { b: 1 } }],
    ['task', { c: [1] }],
  ]);
  made.override(parseOverride('a.b=2', 0));
  expect(made.placeOf(['a', 'b'])).toBe("the override 'a.b=2'");
  expect(made.placeOf(['task', 'c', 0])).toBe('task.yaml:1:1');
  expect(made.placeOf(['task', 'c', 7, 'x'])).toBe('task.yaml:1:1');
  expect(made.placeOf(['gone'])).toBeUndefined();
});

test('only what a run knows, or what nobody here knows, is left unresolved', () => {
  const of = (code: ConfigCode) =>
    unresolvedAt(['a', 0], new ConfigError({ code, file: 'x.yaml:1:2', message: 'why' }));
  expect(of('not-evaluated')).toEqual([{ path: 'a.0', why: 'why' }]);
  expect(of(UNKNOWN_CODE)).toEqual([{ path: 'a.0', why: 'why' }]);
  expect(of('interpolation')).toEqual([]);
  expect(unresolvedAt(['a'], new Error('x'))).toEqual([]);
});

test('a value that is not known here leaves those beside it', () => {
  const made = tree([['', { a: UNKNOWN_VALUE, b: '${a}', c: 1, hydra: { run: { dir: 'x' } } }]]);
  const { resolved, notEvaluated, runDir } = made.composed({
    configName: 'train',
    choices: {},
    sources: [],
    overrides: [],
  });
  expect(resolved['c']).toBe(1);
  expect(notEvaluated!.map(({ path }) => path)).toEqual(['a', 'b']);
  expect(runDir).toBe('x');
});

test('overrides that deepen a tree without end are stopped', () => {
  const wide = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i]));
  const made = tree([['', { wide, a: '${wide}' }]]);
  const overriding = () => {
    for (let i = 0; i < 1000; i += 1) made.override(parseOverride(`+new${i}=1`, i));
  };
  expect(overriding).toThrow(expect.objectContaining({ code: 'config-too-large' }));
});
