/** Anchors, merges, tags and keys, as PyYAML's safe loader with OmegaConf's additions takes them. */
import { describe, expect, test } from 'vitest';
import type { RegripError } from '../../../engine/base/errors.js';
import { type Plain, PyFloat } from '../../../engine/base/plain.js';
import { lookup, toPlain } from '../../../engine/config/node.js';
import { parseConfig, parseConfigText } from '../../../engine/config/yaml/yaml.js';

const read = (text: string) => toPlain(parseConfig(text, 'a.yaml'));

/** Code and place of the first problem. */
function refusal(text: string): string {
  const [problem] = parseConfigText(text, 'a.yaml').problems;
  return `${problem?.code} ${problem?.file}`;
}

test.each([
  ['!!int 12', 12],
  ["!!int '012'", 10],
  ['!!float 3', new PyFloat(3)],
  ["!!float '1e400'", Number.POSITIVE_INFINITY],
  ['!!bool "yes"', true],
  ['!!null x', null],
  ['!!str 12', '12'],
  ['! 12', 12],
  ['"12"', '12'],
  ["'off'", 'off'],
  ['|\n  a\n  b', 'a\nb\n'],
  ['!!seq [1]', [1]],
  ['!!map {b: 1}', { b: 1 }],
] as readonly (readonly [string, Plain])[])('a: %s', (text, value) => {
  expect(read(`a: ${text}\n`)).toEqual({ a: value });
});

test.each([
  ['a: !!int x', 'yaml-syntax a.yaml:1:10'],
  ['a: !!int 1.5', 'yaml-syntax a.yaml:1:10'],
  ['a: !!float x', 'yaml-syntax a.yaml:1:12'],
  ['a: !!bool 1', 'yaml-syntax a.yaml:1:11'],
  ['a: !!python/object:os.system {}', 'yaml-syntax a.yaml:1:30'],
  ['a: !mine 1', 'yaml-syntax a.yaml:1:10'],
  ['a: !!map [1]', 'yaml-syntax a.yaml:1:10'],
  ['a: 0x_', 'yaml-syntax a.yaml:1:4'],
  ['a: =', 'yaml-syntax a.yaml:1:4'],
  ['a: <<', 'yaml-syntax a.yaml:1:4'],
  [`a: ${'9'.repeat(5000)}`, 'yaml-syntax a.yaml:1:4'],
])('%s is refused at its place', (text, told) => expect(refusal(text)).toBe(told));

describe('keys', () => {
  test.each([
    ['1: a', 'unsupported'],
    ['1.5: a', 'unsupported'],
    ['yes: a', 'unsupported'],
    ['~: a', 'yaml-syntax'],
    ['? [a]\n: b', 'yaml-syntax'],
    ['? {a: 1}\n: b', 'yaml-syntax'],
  ])('%j is not text', (text, code) =>
    expect(refusal(`b: 1\n${text}\n`)).toBe(`${code} a.yaml:2:${text[0] === '?' ? 3 : 1}`),
  );

  test.each([
    ['"1": a', { '1': 'a' }],
    ['=: a', { '=': 'a' }],
    ['"<<": a', { '<<': 'a' }],
    ['on_off: a', { on_off: 'a' }],
    ['__proto__: a', { ['__proto__']: 'a' }],
  ])('%s is', (text, value) => expect(read(text)).toEqual(value));

  test('a key that is written twice is told with both places, and the first stays', () => {
    const { root, problems } = parseConfigText('a: 1\nb: 2\na: 3\nc: 4\n', 'a.yaml');
    expect(problems.map(({ code, file }) => [code, file])).toEqual([['duplicate-key', 'a.yaml:3:1']]);
    expect(problems[0]!.message).toMatch(/'a'.*line 1/);
    expect(toPlain(root)).toEqual({ a: 1, b: 2, c: 4 });
  });
});

describe('anchors', () => {
  test('a value is taken where it is named', () => {
    expect(read('a: &x [1, {b: 2}]\nc: *x\nd: [*x]\n')).toEqual({
      a: [1, { b: 2 }],
      c: [1, { b: 2 }],
      d: [[1, { b: 2 }]],
    });
  });

  test('two that take it do not share it', () => {
    const root = parseConfig('a: &x {b: 1}\nc: *x\n', 'a.yaml');
    expect(lookup(root, ['a'])).not.toBe(lookup(root, ['c']));
  });

  test.each([
    ['a: *x', 'yaml-syntax'],
    ['a: &x [*x]', 'yaml-syntax'],
    ['a: &x 1\nb: &x 2', 'yaml-syntax'],
  ])('%j is refused', (text, code) => expect(refusal(text)).toMatch(new RegExp(`^${code} a\\.yaml:`)));

  test('aliases that double at each line are stopped', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    expect(refusal(`a0: &a0 [x, x]\n${lines.join('\n')}\n`)).toMatch(/^config-too-large /);
  });
});

describe('merges', () => {
  test('own keys win, wherever << stands, and of several sources the first', () => {
    expect(read('x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  c: 3\n  <<: [*x, *y]\n')).toMatchObject({
      z: { a: 1, b: 1, c: 3 },
    });
    expect(read('x: &x {a: 1, b: 1}\nz: {<<: *x, a: 5}\n')).toMatchObject({ z: { a: 5, b: 1 } });
  });

  test('what is merged comes first in order', () => {
    expect(Object.keys((read('x: &x {b: 1}\nz: {a: 0, <<: *x}\n') as { z: object }).z)).toEqual(['b', 'a']);
  });

  test.each(['z: {<<: 1}', 'z: {<<: [1]}', 'z: {<<: }'])('%s is refused', (text) => {
    expect(refusal(text)).toMatch(/^yaml-syntax a\.yaml:1:/);
  });
});

test('each value knows where it and its key stand, to its last character', () => {
  const root = parseConfig('a:\n  b: [1,\n    22]\n  c:\n', 'a.yaml');
  expect(lookup(root, ['a', 'b', 1])!.place).toEqual({
    kind: 'file',
    file: 'a.yaml',
    line: 3,
    column: 5,
    endLine: 3,
    endColumn: 7,
  });
  expect(lookup(root, ['a', 'b'])).toMatchObject({ key: { line: 2, column: 3, endColumn: 4 } });
  expect(lookup(root, ['a', 'c'])).toMatchObject({ kind: 'scalar', value: null, place: { line: 4 } });
});

test('text that is nested deeper than a config is, is refused', () => {
  const deep = (levels: number) => `a: ${'['.repeat(levels)}${']'.repeat(levels)}`;
  expect(() => read(deep(50))).not.toThrow();
  expect(refusal(deep(100))).toMatch(/^config-too-large /);
  const told = parseConfigText(deep(100), 'a.yaml').problems as RegripError[];
  expect(told).toHaveLength(1);
});
