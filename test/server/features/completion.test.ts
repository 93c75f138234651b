/** Completion in configs: interpolations, defaults lists, paths, and keys. */
import { describe, expect, test } from 'vitest';
import { Asking } from '../asking.js';

const asking = new Asking();
const offered = (text: string, more = {}) =>
  asking.offered({ 'config/a.yaml': `defaults: [_self_, {task: t}]\n${text}`, ...TASK, ...more });
const TASK = { 'config/task/t.yaml': 'width: 1\n' };

describe('behind ${', () => {
  test('the keys of the composed config, and resolvers', async () => {
    expect(await offered('x: ${<|>\n')).toEqual(expect.arrayContaining(['task', 'oc.env', 'eval']));
  });

  test('one step further', async () => {
    expect(await offered('x: ${task.<|>}\n')).toEqual(['width']);
  });

  test.each([
    ['a closed one', 'x: ${task}<|>\n'],
    ['a relative one', 'x: ${..<|>\n'],
    ['the arguments of a resolver', 'x: ${oc.env:<|>\n'],
    ['a value without keys', 'x: ${task.width.<|>\n'],
  ])('none in %s', async (_, text) => {
    expect(await offered(text)).toEqual([]);
  });

  test('items of a list by their number', async () => {
    expect(await offered('list: [a, b]\nx: ${list.<|>\n')).toEqual(['0', '1']);
  });
});

describe('in a defaults list', () => {
  const groups = { 'config/task/one.yaml': 'a: 1\n', 'config/task/two.yaml': 'a: 2\n' };
  const inList = (text: string) =>
    asking.offered({ 'config/a.yaml': `defaults:\n  - _self_\n${text}`, ...groups });

  test.each(['  - task: <|>\n', '  - override /task: <|>\n', '  - task@policy: o<|>\n'])(
    'the options of a group: %j',
    async (text) => {
      expect(await inList(text)).toEqual(['one', 'two']);
    },
  );

  test('groups', async () => {
    expect(await inList('  - <|>\n')).toEqual(['_self_', 'task']);
  });

  test('a group without a folder has none', async () => {
    expect(await inList('  - nothing: <|>\n')).toEqual([]);
  });
});

test('paths: data sets and checkpoints first, then folders', async () => {
  const files = { 'data/a.txt': '', 'data/z.zarr/.zgroup': '{}', 'data/y.ckpt': '', 'data/b/c': '' };
  expect(await offered('x: data/<|>\n', files)).toEqual(['y.ckpt', 'z.zarr', 'b/', 'a.txt']);
  expect(await offered('x: nowhere/<|>\n', files)).toEqual([]);
});

describe('at the beginning of a line', () => {
  test('keys that lie here in the composed config and are not written yet', async () => {
    const more = { 'config/task/t.yaml': 'width: 2\nheight: 3\n' };
    expect(await offered('task:\n  width: 1\n  <|>\n', more)).toEqual(['height']);
  });

  test('keys that a training reads', async () => {
    expect(await offered('pretrained:\n  path: a\n  <|>\n')).toEqual(['load_weights']);
    expect(await offered('<|>\n')).toEqual(['pretrained', 'regrip', 'task']);
  });

  test('a file of a group has the keys of its package', async () => {
    const files = {
      'config/task/t.yaml': 'width: 2\n<|>\n',
      'config/a.yaml': 'defaults: [{task: t}, _self_]\ntask: {height: 3}\n',
    };
    const items = await asking.completed(files);
    expect(items.map(({ label, insertText, detail }) => [label, insertText, detail])).toEqual([
      ['height', 'height: ', '3'],
    ]);
  });
});

test('none in other YAML', async () => {
  expect(await asking.offered({ 'docker-compose.yaml': 'services:\n  web:\n    <|>\n' })).toEqual([]);
});
