/** Whoever listens to a model's changes. */
import { expect, test, vi } from 'vitest';
import { Changes } from '../../../client/panels/model.js';

test('all who listen are told, each time, until they stop', () => {
  const changes = new Changes();
  const [first, second] = [vi.fn(), vi.fn()];
  const listening = changes.listen(first);
  changes.listen(second);
  changes.fire();
  listening.dispose();
  listening.dispose();
  changes.fire();
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2]);
});

test('one who stops while it is told keeps none of the others from it', () => {
  const changes = new Changes();
  const second = vi.fn();
  const listening = changes.listen(() => listening.dispose());
  changes.listen(second);
  changes.fire();
  expect(second).toHaveBeenCalledOnce();
});
