import { expect, test } from 'vitest';
import { breathe } from '../../engine/base/breathe.js';

test('what waits has its turn before the work continues', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('message'));
  await breathe(undefined);
  order.push('work');
  expect(order).toEqual(['message', 'work']);
});

test('a cancellation that arrives meanwhile ends the work with its reason', async () => {
  const cancelled = new AbortController();
  const reason = new Error('cancelled by the user');
  setImmediate(() => cancelled.abort(reason));
  await expect(breathe(cancelled.signal)).rejects.toBe(reason);
  await expect(breathe(cancelled.signal)).rejects.toBe(reason);
  await expect(breathe(new AbortController().signal)).resolves.toBeUndefined();
});
