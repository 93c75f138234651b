import { expect, test } from 'vitest';
import { CopyBudget } from '../../../engine/formats/pickle/copyBudget.js';

test('copies are taken up to the last one, and none once it is spent', () => {
  const budget = new CopyBudget(5);
  expect([budget.take(3), budget.take(2), budget.spent]).toEqual([true, true, false]);
  expect([budget.take(1), budget.take(0), budget.spent]).toEqual([false, false, true]);
});

test('a copy that is too large spends it', () => {
  const budget = new CopyBudget(5);
  expect([budget.take(6), budget.take(1)]).toEqual([false, false]);
});
