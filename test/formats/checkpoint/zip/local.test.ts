import { open, writeFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { WindowReader } from '../../../../engine/formats/checkpoint/windowReader.js';
import { listEntries } from '../../../../engine/formats/checkpoint/zip/directory.js';
import { placeEntries } from '../../../../engine/formats/checkpoint/zip/local.js';
import { ZipArchive } from '../../../../engine/formats/checkpoint/zip/read.js';
import { type Entry, extra, layout, u32, u64, zip } from '../../../hostile/files/zip.js';
import { ownFolder } from '../../../ownFolder.js';

const folder = ownFolder();
const DATA = Buffer.from('weights');
const CRC = crc32(DATA);

async function placed(...entries: readonly Entry[]) {
  const bytes = zip(entries);
  const { offset, size } = layout(entries);
  const listed = listEntries('a', Buffer.from(bytes.subarray(offset, offset + size)), {
    offset,
    size,
    entries: entries.length,
  });
  await writeFile(folder.path('a'), bytes);
  const file = await open(folder.path('a'));
  return placeEntries('a', new WindowReader(file), listed, offset).finally(() => file.close());
}
const odd = (change: Partial<Entry>): Entry => ({ name: 'r/odd', data: DATA, ...change });
/** Sizes follow the data. */
const late = (after: Uint8Array): Entry =>
  odd({ local: { flags: 8, crc: 0, size: 0 }, central: { flags: 8 }, after });

test('each entry begins behind its local header, with its fields', async () => {
  const padded = odd({ local: { extra: extra(0x4246, Buffer.alloc(5)) } });
  const [first, second] = await placed(padded, { name: 'r/b', data: DATA });
  expect(first!.start).toBe(30 + 5 + 9);
  expect(second!.start).toBe(30 + 5 + 9 + 7 + 30 + 3);
});

test.each<[string, Uint8Array]>([
  ['with its signature', u32(0x08074b50, CRC, 7, 7)],
  ['without', u32(CRC, 7, 7)],
  ['of 64 bits', Buffer.concat([u32(0x08074b50, CRC), u64(7, 7)])],
  ['of 64 bits without', Buffer.concat([u32(CRC), u64(7, 7)])],
])('the sizes may follow the data, %s', async (_, after) => {
  expect(await placed(late(after))).toMatchObject([{ name: 'r/odd', size: 7 }]);
});

test.each<[string, Entry]>([
  ['no signature', odd({ local: { signature: 5 } })],
  ['another name', odd({ local: { name: 'r/ode' } })],
  ['a longer name', odd({ local: { name: 'r/oddly' } })],
  ['other flags', odd({ local: { flags: 0x800 } })],
  ['compression', odd({ local: { method: 8 } })],
  ['another checksum', odd({ local: { crc: 5 } })],
  ['another size', odd({ local: { size: 5 } })],
  ['another size in a zip64 field', odd({ local: { extra: extra(1, u64(5)) } })],
  ['a field that moves the data', odd({ local: { extra: extra(0x7075, Buffer.from('x')) } })],
  ['bytes behind the data', odd({ after: Buffer.from('hidden') })],
  ['a descriptor that is missing', late(Buffer.alloc(0))],
  ['a descriptor with another size', late(u32(0x08074b50, CRC, 6, 6))],
  ['a descriptor with another checksum', late(u32(0x08074b50, 5, 7, 7))],
  ['a descriptor that is too long', late(Buffer.concat([u32(0x08074b50, CRC, 7, 7), Buffer.alloc(4)]))],
])('a local header with %s is refused by name', async (_, entry) => {
  const placing = placed({ name: 'r/first', data: DATA }, entry, { name: 'r/last', data: DATA });
  await expect(placing).rejects.toMatchObject({ code: 'checkpoint-zip', file: 'a' });
  await expect(placing).rejects.toThrow(/r\/odd/);
});

test('entries that overlap, in the directory’s words, are refused', async () => {
  const placing = placed({ name: 'r/a', data: DATA }, odd({ central: { offset: 0 } }));
  await expect(placing).rejects.toThrow(/r\/a|r\/odd/);
});

test('bytes in front of the first entry are refused', async () => {
  await writeFile(folder.path('b'), zip([odd({})], { prefix: Buffer.from('PK\x03\x04hello', 'latin1') }));
  await expect(ZipArchive.open(folder.path('b'))).rejects.toMatchObject({ code: 'checkpoint-zip' });
});
