import { describe, expect, test } from 'vitest';
import { PickleStack } from '../../../../engine/formats/pickle/machine/stack.js';
import { PickleSource } from '../../../../engine/formats/pickle/source.js';

const stack = (maxMemo = 10) => new PickleStack(new PickleSource(new Uint8Array()), maxMemo);

test('values come off in the reverse of their order', () => {
  const made = stack();
  for (const value of [1, 2, 3, 4]) made.push(value);
  expect([made.top(), made.pop(), made.popSome(2), made.pop()]).toEqual([4, 4, [2, 3], 1]);
});

test('a mark begins a stack of its own, which is taken whole', () => {
  const made = stack();
  made.push('below');
  made.mark();
  made.push(1);
  made.mark();
  expect(made.popMark()).toEqual([]);
  made.push(2);
  expect(made.popMark()).toEqual([1, 2]);
  expect(made.pop()).toBe('below');
});

test('what is popped is a value, or else the mark', () => {
  const made = stack();
  made.mark();
  made.push(1);
  made.popOrUnmark();
  made.popOrUnmark();
  expect(() => made.popMark()).toThrow(expect.objectContaining({ code: 'pickle-malformed' }));
});

test('the memo keeps values under the next number or a given one', () => {
  const made = stack();
  made.push('a');
  made.put();
  made.push('b');
  made.put(7);
  for (const index of [0, 7]) made.get(index);
  expect(made.popSome(2)).toEqual(['a', 'b']);
});

test('modules are called as Python 2 called them up to protocol 2', () => {
  const made = stack();
  for (const [protocol, is] of [
    [2, true],
    [3, false],
    [5, false],
  ] as const) {
    made.setProtocol(protocol);
    expect(made.namesAsPython2).toBe(is);
  }
});

describe('refused', () => {
  const filled = () => {
    const made = stack(2);
    made.push(1);
    return made;
  };
  test.each<[string, () => unknown, string]>([
    ['a value of an empty stack', () => stack().pop(), 'pickle-malformed'],
    ['the top of an empty stack', () => stack().top(), 'pickle-malformed'],
    ['more values than there are', () => filled().popSome(2), 'pickle-malformed'],
    ['a mark that is not there', () => stack().popMark(), 'pickle-malformed'],
    ['a memo that was never stored', () => stack().get(3), 'pickle-malformed'],
    ['a newer protocol', () => stack().setProtocol(6), 'pickle-protocol'],
  ])('is %s', (_, act, code) => expect(act).toThrow(expect.objectContaining({ code })));

  test('are marks and memos without end', () => {
    const made = filled();
    const marking = () => {
      for (let i = 0; i < 20_000; i += 1) made.mark();
    };
    expect(marking).toThrow(expect.objectContaining({ code: 'pickle-limit' }));
    const other = filled();
    other.put();
    other.put();
    expect(() => other.put()).toThrow(expect.objectContaining({ code: 'pickle-limit' }));
  });
});
