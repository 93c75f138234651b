import { describe, expect, test } from 'vitest';
import { configFileOf } from '../../../engine/config/configFile.js';
import {
  configPath,
  type Entry,
  groupPath,
  isSelf,
  optionName,
  overrideKey,
  packageOf,
  readDefaults,
  selfEntry,
} from '../../../engine/config/hydra/defaultEntry.js';

const entries = (list: string) => readDefaults(configFileOf(`defaults:\n${list}`, 'a.yaml'));
const only = (line: string): Entry => entries(`  - ${line}\n`)[0]!;

test.each([
  ['task: lift', { group: 'task', option: 'lift', optional: false, override: false, package: undefined }],
  ['task: null', { group: 'task', option: null }],
  ['task: [a, b]', { group: 'task', option: ['a', 'b'] }],
  ['task/data@task.data: lift', { group: 'task/data', package: 'task.data' }],
  ['optional task: lift', { optional: true, override: false, group: 'task' }],
  ['override task: lift', { override: true, optional: false }],
  ['override optional  task: lift', { override: true, optional: true }],
  ['/task: lift', { group: '/task' }],
  ['task/lift', { group: undefined, option: 'task/lift' }],
  ['lift@_here_', { group: undefined, option: 'lift', package: '_here_' }],
  ['_self_', { group: undefined, option: '_self_' }],
])('%s', (line, expected) => expect(only(line)).toMatchObject({ ...expected, where: 'a.yaml:2:5' }));

test('no list, no entries; _self_ is known', () => {
  expect(readDefaults(configFileOf('a: 1', 'a.yaml'))).toEqual([]);
  expect(entries('  - a\n  - _self_\n').map(isSelf)).toEqual([false, true]);
  expect(isSelf(selfEntry('here'))).toBe(true);
});

test.each([
  ['  a: b\n', 'defaults', 'a.yaml:2:3'],
  ['  - 5\n', 'defaults', 'a.yaml:2:5'],
  ['  - [a]\n', 'defaults', 'a.yaml:2:5'],
  ['  - {a: b, c: d}\n', 'defaults', 'a.yaml:2:5'],
  ['  - mine task: lift\n', 'defaults', 'a.yaml:2:5'],
  ['  - task: 5\n', 'defaults', 'a.yaml:2:5'],
  ['  - task: [1]\n', 'defaults', 'a.yaml:2:5'],
  ['  - task: {a: b}\n', 'defaults', 'a.yaml:2:5'],
  ['  - _self_@here\n', 'defaults', 'a.yaml:2:5'],
  ['  - ../task: lift\n', 'unsupported', 'a.yaml:2:5'],
  ['  - task: ../lift\n', 'unsupported', 'a.yaml:2:5'],
  ['  - task: [a, ../b]\n', 'unsupported', 'a.yaml:2:5'],
  ['  - ../x\n', 'unsupported', 'a.yaml:2:5'],
])('%j is refused', (list, code, file) => {
  expect(() => entries(list)).toThrow(expect.objectContaining({ code, file }));
});

describe('in a config of the group task, whose package is task', () => {
  const placed = (line: string) => ({ entry: only(line), parentGroup: 'task', parentPackage: 'task' });
  /** Where it is looked up, where its content goes, what an override calls it. */
  const found = (line: string, header?: string) => {
    const it = placed(line);
    return [configPath(it), packageOf(it, header), overrideKey(it)];
  };

  test.each([
    ['data: a', ['task/data/a', 'task.data', 'task/data']],
    ['/data: a', ['data/a', 'task.data', 'data@task.data']],
    ['data@x: a', ['task/data/a', 'task.x', 'task/data@task.x']],
    ['data@_global_: a', ['task/data/a', '', 'task/data@_global_']],
    ['data@_global_.y: a', ['task/data/a', 'y', 'task/data@y']],
    ['data@_here_: a', ['task/data/a', 'task', 'task/data@task']],
    ['data@_group_: a', ['task/data/a', 'task.data', 'task/data']],
    ['sub/a', ['task/sub/a', 'task.sub', 'task/sub']],
    ['a', ['task/a', 'task', 'task']],
    ['/a', ['a', 'task', '@task']],
  ])('%s', (line, expected) => expect(found(line)).toEqual(expected));

  test('the header of the config that is found sets the package, unless the entry does', () => {
    expect(found('data: a', '_global_')[1]).toBe('');
    expect(found('data: a', 'other.place')[1]).toBe('other.place');
    expect(found('data@x: a', '_global_')[1]).toBe('task.x');
  });

  test('the group and the option apart', () => {
    expect([groupPath(placed('data: a')), optionName(placed('data: a'))]).toEqual(['task/data', 'a']);
    expect([groupPath(placed('sub/a')), optionName(placed('sub/a'))]).toEqual(['task/sub', 'a']);
    expect(optionName(placed('data: null'))).toBeNull();
  });
});
