/** Work that runs ahead: the next items are made while the current one is used. */

/**
 * Yields `make(i)` for i in `from` … `to` - 1 in order, with up to `depth` items under way or waiting. An error is thrown where its
 * item would have been yielded.
 */
export async function* ahead<T>(
  from: number,
  to: number,
  depth: number,
  make: (index: number) => Promise<T>,
): AsyncGenerator<T> {
  const waiting: Promise<T>[] = [];
  let next = from;
  const fill = (): void => {
    while (next < to && waiting.length < depth) {
      const item = make(next++);
      // Awaited when its turn comes; until then its rejection must not count as unhandled.
      item.catch(() => undefined);
      waiting.push(item);
    }
  };
  for (fill(); waiting.length > 0; ) {
    const item = await waiting.shift()!;
    fill();
    yield item;
  }
}
