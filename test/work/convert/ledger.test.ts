/** Chunks as they were written, and as they are found. */
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type ArrayLayout, writeChunks } from '../../../engine/formats/zarr/index.js';
import { ChunkLedger } from '../../../engine/work/convert/ledger.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const LAYOUT: ArrayLayout = {
  shape: [6, 4],
  dtype: '|u1',
  chunks: [1, 4],
  compressor: { id: 'blosc', cname: 'lz4', clevel: 5, shuffle: 1, blocksize: 0 },
};
const NAMES = [0, 1, 2, 3, 4, 5].map((k) => `${k}.0`);
const write = () =>
  writeChunks(
    folder.path(),
    LAYOUT,
    0,
    new Uint8Array(24).map((_, k) => k * 7),
  );

async function written(): Promise<ChunkLedger> {
  const ledger = new ChunkLedger(folder.path());
  ledger.add(await write());
  return ledger;
}

test('what was written is known and verified', async () => {
  const ledger = await written();
  expect(NAMES.every((name) => ledger.has(name))).toBe(true);
  await ledger.verify(NAMES, undefined);
});

test('lost, cut off or changed chunks are named, removed, and made again by a resume', async () => {
  const ledger = await written();
  await truncate(folder.path('0.0'), 3);
  const changed = await readFile(folder.path('1.0'));
  changed[changed.length - 1]! ^= 1;
  await writeFile(folder.path('1.0'), changed);
  await expect(ledger.verify([...NAMES, '6.0'], undefined)).rejects.toMatchObject({
    code: 'chunk-lost',
    reason:
      '3 of 7 chunks are missing or not as they were written (0.0, 1.0, 6.0), so the data set is not published',
    hint: expect.stringContaining('--resume'),
  });
  expect((await readdir(folder.path())).sort()).toEqual(NAMES.slice(2));
});

test('of many lost ones five are named', async () => {
  const ledger = new ChunkLedger(folder.path());
  await expect(ledger.verify(NAMES, undefined)).rejects.toThrow(
    /\(0\.0, 1\.0, 2\.0, 3\.0, 4\.0 and 1 more\)/,
  );
});

test('a chunk that an earlier process wrote is taken over when it is whole, else removed', async () => {
  await write();
  await truncate(folder.path('2.0'), 3);
  await folder.write({ '.zarray': '{}' });
  const ledger = new ChunkLedger(folder.path());
  await ledger.examine(LAYOUT, undefined);
  expect(NAMES.filter((name) => ledger.has(name))).toEqual(NAMES.filter((name) => name !== '2.0'));
  expect((await readdir(folder.path())).sort()).toEqual(['.zarray', '0.0', '1.0', '3.0', '4.0', '5.0']);
});

test('chunks from one on are removed and forgotten, what is not a chunk stays', async () => {
  const ledger = await written();
  await folder.write({ '.zarray': '{}' });
  await ledger.removeFrom(4);
  expect((await readdir(folder.path())).sort()).toEqual(['.zarray', ...NAMES.slice(0, 4)]);
  expect([ledger.has('3.0'), ledger.has('4.0')]).toEqual([true, false]);
});

test('reads nothing more once the caller has given up', async () => {
  const ledger = await written();
  const signal = AbortSignal.abort(new Error('given up'));
  await expect(ledger.verify(NAMES, signal)).rejects.toThrow('given up');
  await expect(new ChunkLedger(folder.path()).examine(LAYOUT, signal)).rejects.toThrow('given up');
  expect(await readdir(folder.path())).toHaveLength(6);
});
