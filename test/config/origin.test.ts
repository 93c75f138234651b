import { describe, expect, test } from 'vitest';
import type { PlainMap } from '../../engine/base/plain.js';
import { mergeInto } from '../../engine/config/merge.js';
import { fromPlain, provenanceOf, toPlain } from '../../engine/config/node.js';
import { originOf, referenced, valueAt, type Written } from '../../engine/config/origin.js';
import type { Provenance } from '../../engine/config/provenance.js';

const inFile = (file: string): Provenance => ({
  kind: 'file',
  file,
  line: 1,
  column: 1,
  endLine: 1,
  endColumn: 1,
});

/** What several files make together, in this order. */
function written(...files: readonly (readonly [string, PlainMap])[]): Written {
  const root = fromPlain({}, inFile('none'));
  for (const [file, content] of files) mergeInto(root, fromPlain(content, inFile(file)), [], () => undefined);
  return { unresolved: toPlain(root) as PlainMap, provenance: provenanceOf(root) };
}

/** Files, by step: the place, then those it beat. */
const way = (path: string, config: Written) =>
  originOf(path, config).map(({ path: at, place, beaten, inside }) => [
    at + inside,
    ...[place, ...beaten].map((each) => (each.kind === 'file' ? each.file : each.text)),
  ]);

test('a value comes from where it is written last', () => {
  const config = written(['base', { lr: 1 }], ['mine', { lr: 2 }]);
  expect(way('lr', config)).toEqual([['lr', 'mine', 'base']]);
});

test('behind an interpolation come the places that it leads through', () => {
  const config = written(['a', { n: 4, task: { n: '${n}', deep: { n: '${..n}' } } }]);
  expect(way('task.deep.n', config).map(([path]) => path)).toEqual(['task.deep.n', 'task.n', 'n']);
  expect(originOf('task.n', config).map(({ text }) => text)).toEqual(['${n}', undefined]);
});

test('what lies inside an interpolated container is followed into it', () => {
  const config = written(['base', { shapes: { obs: [3, 4] } }], ['mine', { task: '${shapes}' }]);
  expect(way('task.obs.1', config)).toEqual([
    ['task.obs.1', 'mine'],
    ['shapes.obs.1', 'base'],
  ]);
});

test('the entries of a list beat what the list beat', () => {
  const config = written(['base', { a: [1, 2] }], ['mine', { a: [3] }]);
  expect(way('a.0', config)).toEqual([['a.0', 'mine', 'base']]);
});

test('nothing is written, nothing is told', () => {
  expect(originOf('gone', written(['a', { b: 1 }]))).toEqual([]);
  expect(way('b.x', written(['a', { b: 1 }]))).toEqual([['b.x', 'a']]);
});

test('interpolations that lead in a circle end', () => {
  const steps = originOf('a', written(['x', { a: '${b}', b: '${a}' }]));
  expect(steps.length).toBeGreaterThan(2);
  expect(steps.length).toBeLessThan(50);
});

describe('a reference', () => {
  test.each([
    ['${a.b}', 'x.y', 'a.b'],
    ['${.b}', 'x.y.z', 'x.y.b'],
    ['${..b}', 'x.y.z', 'x.b'],
    ['${..b}', 'x.y', 'b'],
    ['${a}/c', 'x', undefined],
    ['${now:%Y}', 'x', undefined],
    ['${a[0]}', 'x', undefined],
    ['${${a}}', 'x', undefined],
    ['a', 'x', undefined],
  ])('%s at %s leads to %s', (text, holder, target) => expect(referenced(text, holder)).toBe(target));
});

test('the value at a dotted path, through lists by number', () => {
  const config = { a: [{ '0': 'key' }], '1': 'one' };
  expect(valueAt(config, 'a.0.0')).toBe('key');
  expect(valueAt(config, '1')).toBe('one');
  for (const path of ['a.x', 'a.1', 'a.0.1', '']) expect(valueAt(config, path)).toBeUndefined();
});
