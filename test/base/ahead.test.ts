import { expect, test } from 'vitest';
import { ahead } from '../../engine/base/ahead.js';

test('items come in order, and no more than the depth is under way', async () => {
  let open = 0;
  let most = 0;
  const seen: number[] = [];
  const make = async (index: number): Promise<number> => {
    most = Math.max(most, ++open);
    await new Promise((resolve) => setTimeout(resolve, (5 - index) * 2));
    return index;
  };
  for await (const index of ahead(1, 5, 2, make)) {
    open--;
    seen.push(index);
  }
  expect(seen).toEqual([1, 2, 3, 4]);
  expect(most).toBeLessThanOrEqual(3);
});

test('an error comes out in its turn, after the items before it', async () => {
  const seen: number[] = [];
  const reading = async (): Promise<void> => {
    const make = async (index: number): Promise<number> => {
      if (index === 1) throw new Error('unreadable chunk');
      return index;
    };
    for await (const index of ahead(0, 3, 3, make)) seen.push(index);
  };
  await expect(reading()).rejects.toThrow('unreadable chunk');
  expect(seen).toEqual([0]);
});
