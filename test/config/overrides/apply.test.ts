import { describe, expect, test } from 'vitest';
import type { Plain, PlainMap } from '../../../engine/base/plain.js';
import { ConfigTree, startOf } from '../../../engine/config/configTree.js';
import { fromPlain, lookup } from '../../../engine/config/node.js';
import { parseOverride } from '../../../engine/config/overrides/overrides.js';

const CONFIG: PlainMap = {
  lr: 1,
  task: { name: 'lift', obs: { a: 1 } },
  list: [1, { b: 2 }],
  ref: '${task}',
  none: null,
  must: '???',
};

function after(...overrides: readonly string[]): PlainMap {
  const tree = new ConfigTree('train.yaml', { env: {} });
  tree.add({ content: fromPlain(CONFIG, startOf('train.yaml')), package: '' });
  for (const [index, text] of overrides.entries()) tree.override(parseOverride(text, index));
  return tree.unresolved();
}

test.each<[string[], PlainMap]>([
  [['lr=2'], { lr: 2 }],
  [['lr=[1]'], { lr: [1] }],
  [['task.name=push'], { task: { name: 'push', obs: { a: 1 } } }],
  [['task.obs=null'], { task: { name: 'lift', obs: null } }],
  [['task={name: x}'], { task: { name: 'x', obs: { a: 1 } } }], // merged
  [['list.1.b=3'], { list: [1, { b: 3 }] }],
  [['list.0=5'], { list: [5, { b: 2 }] }],
  [['list=[7]'], { list: [7] }],
  [['must=1'], { must: 1 }],
  [['ref=1'], { ref: 1 }],
  [['+new=1'], { new: 1 }],
  [['+deep.er.new=1'], { deep: { er: { new: 1 } } }],
  [['+task={more: 1}'], { task: { name: 'lift', obs: { a: 1 }, more: 1 } }],
  [['+none=1'], { none: 1 }], // null counts as nothing
  [['+must=1'], { must: 1 }],
  [['++lr=3'], { lr: 3 }],
  [['++new.er=3'], { new: { er: 3 } }],
  [['lr=2', 'lr=3'], { lr: 3 }],
])('%j', (overrides, changed) => expect(after(...overrides)).toEqual({ ...CONFIG, ...changed }));

test('a key is deleted, with its value where that is given', () => {
  expect(after('~lr', '~task.obs')).not.toHaveProperty('lr');
  expect(after('~task.name=lift')['task']).toEqual({ obs: { a: 1 } });
  expect(after('~task.obs={a: 1}')['task']).toEqual({ name: 'lift' });
  expect(after('~lr=1.0')).not.toHaveProperty('lr'); // as Python compares
});

describe('refused, with what to do, is', () => {
  test.each([
    ['lrr=2', /'lrr'/, 'did you mean lr?'],
    ['task.nam=2', /'task\.nam'/, 'did you mean name?'],
    ['task.horizon=2', /'task\.horizon'/, '+task.horizon=2'],
    ['no.where=2', /'no\.where'/, '+no.where=2'],
    ['task={obs: {b: 1}}', /'task\.obs\.b' /, '+task={obs: {b: 1}}'],
    ['+lr=2', /exists/, '++lr=2'],
    ['task=[1]', /list/, '~task'],
    ['list={a: 1}', /map/, '~list'],
    ['list.5=1', /2 entries/, '=[…]'],
    ['list.x=1', /'x'/, 'from 0'],
    ['~gone', /'gone'/, 'check the key'],
    ['~none', /'none'/, 'check the key'],
    ['~lr=2', /another value \(1\)/, 'leave the value out'],
    ['~task={name: lift}', /another value/, 'leave the value out'],
    ['~list.0', /list/, 'whole list'],
    ['~ref.name', /interpolation/, 'where the value is written'],
    ['lr@pack=1', /group/, 'check the group name'],
  ])('%s', (text, message, hint) => {
    const applying = () => after(text);
    expect(applying).toThrow(message);
    expect(applying).toThrow(
      expect.objectContaining({ code: 'override-refused', hint: expect.stringContaining(hint) }),
    );
    expect(applying).toThrow(expect.objectContaining({ message: expect.stringContaining(`'${text}'`) }));
  });
});

test('the override is where the value was written, and it remembers what it beat', () => {
  const tree = new ConfigTree('train.yaml', {});
  tree.add({ content: fromPlain(CONFIG, startOf('train.yaml')), package: '' });
  tree.override(parseOverride('task.name=push', 4));
  const node = lookup(tree.shown(), ['task', 'name'])!;
  expect(node.place).toEqual({ kind: 'override', text: 'task.name=push', index: 4 });
  expect(node.beaten).toEqual([startOf('train.yaml')]);
});

test('a map that an override brings is not shared with the override', () => {
  const override = parseOverride('+new={a: 1}', 0);
  const made = [1, 2].map(() => {
    const tree = new ConfigTree('train.yaml', {});
    tree.override(override);
    tree.override(parseOverride('new.a=2', 1));
    return tree.unresolved();
  });
  expect(made).toEqual([{ new: { a: 2 } }, { new: { a: 2 } }] satisfies Plain);
});
