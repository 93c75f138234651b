/** Which primary configs a file takes part in. */
import { describe, expect, test } from 'vitest';
import { type ConfigFiles, configFileOf } from '../../../engine/config/configFile.js';
import { isPrimary, isYaml, primariesOf, relationOf } from '../../../server/documents/primaries.js';
import { inMemory } from '../../project/inMemory.js';

const file = (text: string) => configFileOf(text, '/p/config/a.yaml');

describe('a primary', () => {
  test.each([
    ['has a defaults list', 'defaults: [_self_]\nx: 1\n', true],
    ['or names the class that it builds', '_target_: a.B\n', true],
    ['else not', 'x: 1\n', false],
    ['a mapping of defaults is another tool’s', 'defaults:\n  run: {shell: bash}\n', false],
    ['a class that is not text is none', '_target_: [a]\n', false],
    ['half-typed text counts by its looks', 'defaults:\n  - a\nx: [1\n', true],
  ])('%s', (_, text, expected) => {
    expect(isPrimary(file(text))).toBe(expected);
  });
});

test.each([
  ['a.yaml', true],
  ['a.yml', true],
  ['a.yaml.bak', false],
  ['a.json', false],
])('%s', (name, expected) => {
  expect(isYaml(name)).toBe(expected);
});

test('a relation changes with the defaults, and with nothing else', () => {
  const base = relationOf(file('defaults:\n  - a\n  - _self_\nx: 1\n'));
  expect(relationOf(file('# more\ndefaults:\n  - a\n  - _self_\nx: 2\ny: 3\n'))).toBe(base);
  expect(relationOf(file('defaults:\n  - b\n  - _self_\nx: 1\n'))).not.toBe(base);
  expect(relationOf(file('defaults:\n  - a\n  - _self_\nx: [1\n'))).not.toBe(base);
});

describe('the primaries of a file', () => {
  const FILES = {
    '/p/config/train.yaml': 'defaults:\n  - task: pick\n  - _self_\n',
    '/p/config/other.yaml': 'defaults:\n  - task: place\n  - _self_\n',
    '/p/config/task/pick.yaml': 'x: 1\n',
    '/p/config/task/place.yaml': 'x: 2\n',
    '/p/config/task/unused.yaml': 'x: 3\n',
    '/p/config/task/own.yaml': 'defaults: [_self_]\n',
    '/p/plain/notes.yaml': 'x: 1\n',
  };
  const texts: Readonly<Record<string, string>> = FILES;
  const files: ConfigFiles = {
    read: async (path) => configFileOf(texts[path]!, path),
    kindOf: async (path) => (path in FILES ? 'file' : undefined),
  };
  const of = (path: string, roots: string[] = []) => primariesOf(path, files, inMemory(FILES), roots);

  test.each([
    ['a group file: those that use it', '/p/config/task/pick.yaml', ['/p/config/train.yaml']],
    ['a primary: itself', '/p/config/train.yaml', ['/p/config/train.yaml']],
    ['a group file that nothing uses', '/p/config/task/unused.yaml', []],
    ['one with a defaults list of its own', '/p/config/task/own.yaml', ['/p/config/task/own.yaml']],
    ['other YAML', '/p/plain/notes.yaml', []],
    ['another kind of file', '/p/config/train.py', []],
  ])('%s', async (_, path, expected) => {
    expect(await of(path)).toEqual(expected);
  });

  test('what lies in a root of a setting is one because the user says so', async () => {
    expect(await of('/p/plain/notes.yaml', ['/p/plain'])).toEqual(['/p/plain/notes.yaml']);
  });
});
