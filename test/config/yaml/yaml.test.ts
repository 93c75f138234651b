import { describe, expect, test } from 'vitest';
import { toPlain } from '../../../engine/config/node.js';
import { parseConfig, parseConfigText, parseTolerant } from '../../../engine/config/yaml/yaml.js';

const read = (text: string) => toPlain(parseConfig(text, 'a.yaml'));
const told = (text: string) =>
  parseConfigText(text, 'a.yaml').problems.map(({ code, file }) => `${code} ${file}`);

test.each([
  ['', {}],
  ['# nothing\n', {}],
  ['---\n', {}],
  ['~', {}],
  ['{}', {}],
  ['a: 1', { a: 1 }],
  ['a: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
  ['%YAML 1.1\n---\na: 1\n...\n', { a: 1 }],
])('%j holds %j', (text, value) => expect(read(text)).toEqual(value));

describe('a file that is nothing but a text', () => {
  test('is a key without a value', () => expect(read('lr')).toEqual({ lr: null }));
  test('is read once more, as OmegaConf does', () => expect(read('"lr: 1"')).toEqual({ lr: 1 }));
});

test.each(['[1, 2]', '5', 'true', '- a\n- b\n'])('%j holds no mapping', (text) => {
  expect(told(text)).toEqual(['yaml-syntax a.yaml']);
  expect(() => parseConfig(text, 'a.yaml')).toThrow(/^a\.yaml: /);
});

test.each([
  ['a: [1, 2]]\n', 'yaml-syntax a.yaml:1:10'],
  ['a: {b: 1\nc: 2\n', 'yaml-syntax a.yaml:2:1'],
  ['a: b: c\n', 'yaml-syntax a.yaml:1:4'],
  ['a: 1\nb\nc: 2\n', 'yaml-syntax a.yaml:2:1'],
  ['a: 1\n  b: 2\n', 'yaml-syntax a.yaml:1:4'],
  ['a: "x\n', 'yaml-syntax a.yaml:2:1'],
  ['a:\tb: 1\n', 'yaml-syntax a.yaml:1:3'],
  ['a: \x07\n', 'yaml-syntax a.yaml:1:4'],
  ['a: 1\nb: "\x1b"\n', 'yaml-syntax a.yaml:2:5'],
])('%j is told where it breaks', (text, first) => expect(told(text)[0]).toBe(first));

test('of a broken file nothing is shown, and its problems end somewhere', () => {
  const { root, problems } = parseConfigText(`a: 1\n${']\n'.repeat(500)}`, 'a.yaml');
  expect(toPlain(root)).toEqual({});
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.length).toBeLessThanOrEqual(20);
});

test('entries that Hydra refuses leave the others', () => {
  const { root, problems } = parseConfigText('a: 1\n2: x\nb: !mine 3\nc: 4\n', 'a.yaml');
  expect(toPlain(root)).toEqual({ a: 1, c: 4 });
  expect(problems).toHaveLength(2);
});

test.each([
  '['.repeat(20_000),
  `a: ${'{b: '.repeat(20_000)}`,
  '- '.repeat(20_000),
  '? '.repeat(20_000),
  `${']'.repeat(5000)}${'['.repeat(20_000)}`,
])('a text that opens thousands of collections is refused before the parser looks', (text) => {
  expect(told(text)[0]).toMatch(/^config-too-large /);
  expect(parseTolerant(text)).toBeUndefined();
});

test('what is half typed still has a document', () => {
  const document = parseTolerant('a: 1\nb: [2, \n');
  expect(document!.errors.length).toBeGreaterThan(0);
  expect(document!.toJS()).toMatchObject({ a: '1' });
});
