import { open, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { WindowReader } from '../../../../engine/formats/checkpoint/windowReader.js';
import { findDirectory } from '../../../../engine/formats/checkpoint/zip/end.js';
import { type End, type Entry, layout, u32, zip, zip64End } from '../../../hostile/files/zip.js';
import { ownFolder } from '../../../ownFolder.js';

const folder = ownFolder();
const ENTRIES: readonly Entry[] = [
  { name: 'r/a', data: Buffer.from('one') },
  { name: 'r/b', data: Buffer.from('two') },
];
const { offset, size } = layout(ENTRIES);
const PLACE = { offset, size, entries: 2 };

async function found(bytes: Uint8Array) {
  await writeFile(folder.path('a'), bytes);
  const file = await open(folder.path('a'));
  return findDirectory('a', new WindowReader(file), bytes.length).finally(() => file.close());
}
const ended = (end: End) => found(zip(ENTRIES, end));

test('the directory lies where the end record says', async () => {
  expect(await ended({})).toEqual(PLACE);
});

test('the zip64 records say the same, also where the old one has no room', async () => {
  expect(await ended({ between: zip64End(2, size, offset) })).toEqual(PLACE);
});

test.each<[string, End]>([
  ['a comment behind it', { suffix: Buffer.from('hello') }],
  ['a comment that is announced and missing', { commentLength: 5 }],
  ['another count', { between: zip64End(3, size, offset) }],
  ['another size', { directorySize: size - 1 }],
  ['another place', { directoryOffset: offset + 1 }],
  ['bytes in between', { between: Buffer.from('hidden') }],
  ['a zip64 locator that points elsewhere', { between: zip64End(2, size, offset, 3) }],
  ['a zip64 locator without a record', { between: Buffer.concat([u32(0x07064b50, 0, 0, 0), u32(1)]) }],
  ['numbers of 64 bits that are not there', { directorySize: 0xffffffff }],
])('an end with %s is refused', async (_, end) => {
  await expect(ended(end)).rejects.toMatchObject({ code: 'checkpoint-zip', file: 'a' });
});

test('of several parts', async () => {
  const bytes = Buffer.from(zip(ENTRIES));
  bytes.writeUInt16LE(1, bytes.length - 22 + 4);
  await expect(found(bytes)).rejects.toMatchObject({ code: 'checkpoint-zip' });
});

test.each([0, 10, 40])('a file of %d bytes, or without an end, was cut off', async (length) => {
  await expect(found(zip(ENTRIES).subarray(0, length))).rejects.toMatchObject({
    code: 'checkpoint-truncated',
  });
  await expect(found(new Uint8Array(70_000))).rejects.toMatchObject({ code: 'checkpoint-truncated' });
});

test.each([1, 10, 17])('an end record that lacks its last %d bytes was cut off', async (cut) => {
  const bytes = zip(ENTRIES);
  await expect(found(bytes.subarray(0, bytes.length - cut))).rejects.toMatchObject({
    code: 'checkpoint-truncated',
  });
});
