/** What data sets hold, read once a state, and never waited for. */
import { expect, test } from 'vitest';
import { Contents } from '../../../server/documents/contents.js';
import type { BulkReader } from '../../../server/reader/bulkReader.js';

/** A reader whose reads are answered one by one. */
function started() {
  const asked: { path: string; answer: (facts: unknown) => void; fail: (error: Error) => void }[] = [];
  const reader = {
    request: (_kind: string, { path }: { path: string }) =>
      new Promise((answer, fail) => void asked.push({ path, answer, fail })),
  } as unknown as BulkReader;
  let told = 0;
  const contents = new Contents(reader, () => {
    told += 1;
  });
  return { contents, asked, told: () => told };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('nothing until it was read; then the facts, told once', async () => {
  const { contents, asked, told } = started();
  expect(await contents.of('/d.zarr', 'one')).toBeUndefined();
  expect(await contents.of('/d.zarr', 'one')).toBeUndefined();
  expect(asked).toHaveLength(1);
  asked[0]!.answer({ steps: 3 });
  await settled();
  expect([await contents.of('/d.zarr', 'one'), told(), asked.length]).toEqual([{ steps: 3 }, 1, 1]);
});

test('another state is read anew; what was asked before counts no more', async () => {
  const { contents, asked, told } = started();
  await contents.of('/d.zarr', 'one');
  await contents.of('/d.zarr', 'two');
  asked[0]!.answer({ steps: 1 });
  await settled();
  expect([await contents.of('/d.zarr', 'two'), told()]).toEqual([undefined, 0]);
  asked[1]!.answer({ steps: 2 });
  await settled();
  expect(await contents.of('/d.zarr', 'two')).toEqual({ steps: 2 });
});

test('what cannot be read is asked for once a state', async () => {
  const { contents, asked, told } = started();
  await contents.of('/d.zarr', 'one');
  asked[0]!.fail(new Error('torn'));
  await settled();
  expect([await contents.of('/d.zarr', 'one'), asked.length, told()]).toEqual([undefined, 1, 0]);
  contents.forget();
  await contents.of('/d.zarr', 'one');
  expect(asked).toHaveLength(2);
});

test('a handful is kept, the oldest goes first', async () => {
  const { contents, asked } = started();
  for (let k = 0; k <= 32; k++) await contents.of(`/${k}.zarr`, 'one');
  await contents.of('/32.zarr', 'one');
  expect(asked).toHaveLength(33);
  await contents.of('/0.zarr', 'one');
  expect(asked).toHaveLength(34);
});
