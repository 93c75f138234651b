/** One read that several requests wait for. */
import { expect, test, vi } from 'vitest';
import { SharedRead, untilAborted } from '../../../server/reader/sharedRead.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('all who wait have the result', async () => {
  const onNobody = vi.fn();
  const read = new SharedRead(Promise.resolve(7), onNobody);
  const { signal } = new AbortController();
  expect(await Promise.all([read.join(undefined), read.join(signal)])).toEqual([7, 7]);
  expect(onNobody).not.toHaveBeenCalled();
});

test('it ends with the last who waits, not before', async () => {
  const onNobody = vi.fn();
  const read = new SharedRead(new Promise<never>(() => undefined), onNobody);
  const [first, second] = [new AbortController(), new AbortController()];
  const answers = [read.join(first.signal), read.join(second.signal)].map((each) =>
    each.catch((reason: unknown) => reason),
  );
  first.abort('first');
  expect(onNobody).not.toHaveBeenCalled();
  second.abort('second');
  expect(onNobody).toHaveBeenCalledOnce();
  expect(await Promise.all(answers)).toEqual(['first', 'second']);
});

test('one who waits without a signal keeps it', () => {
  const onNobody = vi.fn();
  const read = new SharedRead(new Promise<never>(() => undefined), onNobody);
  void read.join(undefined);
  const other = new AbortController();
  read.join(other.signal).catch(() => undefined);
  other.abort();
  expect(onNobody).not.toHaveBeenCalled();
});

test('what is done is not ended', async () => {
  const onNobody = vi.fn();
  const read = new SharedRead(Promise.resolve(7), onNobody);
  await settled();
  const late = new AbortController();
  late.abort('late');
  await expect(read.join(late.signal)).rejects.toBe('late');
  expect(onNobody).not.toHaveBeenCalled();
});

test('a signal has no listener left once the result is there', async () => {
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, 'removeEventListener');
  const added = vi.spyOn(signal, 'addEventListener');
  expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
  await expect(untilAborted(Promise.reject(new Error('fault')), signal)).rejects.toThrow('fault');
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  expect(added.mock.calls.length).toBe(2);
});
