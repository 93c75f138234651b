import { expect, test } from 'vitest';
import { selfEntry } from '../../../engine/config/hydra/defaultEntry.js';
import { GroupChoices } from '../../../engine/config/hydra/groupChoices.js';
import { parseOverride } from '../../../engine/config/overrides/overrides.js';

function choices(...overrides: readonly string[]): GroupChoices {
  const all = new GroupChoices();
  for (const [index, text] of overrides.entries()) all.add(parseOverride(text, index));
  return all;
}
const placed = (group: string, option: string | null, pack?: string) => ({
  entry: { ...selfEntry('a.yaml:2:5'), group, option, package: pack },
  parentGroup: '',
  parentPackage: '',
});
const refused = (code: string) => expect.objectContaining({ code });

test('the command line wins over override entries, and the first of those over later ones', () => {
  const all = choices('task=push');
  all.remember(placed('task', 'reach'));
  all.remember(placed('robot', 'ur5'));
  all.remember(placed('robot', 'panda'));
  expect(all.chosen(placed('task', 'lift'))).toBe('push');
  expect(all.chosen(placed('robot', 'none'))).toBe('ur5');
  expect(all.chosen(placed('other', 'x'))).toBe('x');
  expect(() => all.checkUsed()).not.toThrow();
});

test('a choice counts for its package alone', () => {
  const all = choices('task@eval=push');
  expect(all.chosen(placed('task', 'lift'))).toBe('lift');
  expect(all.chosen(placed('task', 'lift', 'eval'))).toBe('push');
});

test('a group that + adds comes to the defaults list, several options as a list', () => {
  expect(choices('+task=push', '+cb@x=[a,b]').appended).toMatchObject([
    { group: 'task', option: 'push', appended: true, package: undefined },
    { group: 'cb', option: ['a', 'b'], package: 'x' },
  ]);
});

test('what ~ deletes is gone, with a name only where that is chosen', () => {
  const all = choices('~task', '~robot=ur5', '~cb=null');
  expect(all.isDeleted(placed('task', 'lift'))).toBe(true);
  expect(all.isDeleted(placed('robot', 'panda'))).toBe(false);
  expect(() => all.checkUsed()).toThrow(refused('override-refused'));
  expect(all.isDeleted(placed('robot', 'ur5'))).toBe(true);
  expect(all.isDeleted(placed('cb', 'x'))).toBe(true);
  expect(all.isDeleted(placed('other', 'x'))).toBe(false);
  expect(() => all.checkUsed()).not.toThrow();
});

test.each(['++task=push', 'task=null', '+task=null', '~task=[a]', '~task=5'])('%s is refused', (text) => {
  expect(() => choices(text)).toThrow(refused('override-refused'));
});

test('a name that is not text is refused', () => {
  expect(() => choices('task=5')).toThrow(refused('defaults'));
  expect(() => choices('task=../x')).toThrow(refused('unsupported'));
});

test('a choice that no defaults list makes is told, with the package that does', () => {
  const unused = choices('task=push');
  expect(() => unused.checkUsed()).toThrow(
    expect.objectContaining({ code: 'group-unused', hint: expect.stringContaining('+task=') }),
  );
  unused.meet(placed('task', 'lift', 'eval'));
  expect(() => unused.checkUsed()).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('task@eval') }),
  );
  const fromFile = choices();
  fromFile.remember(placed('robot', 'ur5'));
  expect(() => fromFile.checkUsed()).toThrow(
    expect.objectContaining({ file: 'a.yaml:2:5', hint: expect.stringContaining('group first') }),
  );
});

test('a group may be met again with the same option alone', () => {
  const all = choices();
  all.meet(placed('task', 'lift'));
  all.meet(placed('task', 'lift'));
  all.meet(placed('task', 'push', 'eval'));
  expect(all.asPlain()).toEqual({ task: 'lift', 'task@eval': 'push' });
  expect(() => all.meet(placed('task', 'push'))).toThrow(/'push'.*'lift'/);
});
