import { expect, test } from 'vitest';
import {
  listEntries,
  MAX_ENTRIES,
  requireBearable,
} from '../../../../engine/formats/checkpoint/zip/directory.js';
import { type Entry, extra, layout, u64, zip } from '../../../hostile/files/zip.js';

const entry = (name: string, central: Entry['central'] = {}): Entry => ({
  name,
  data: Buffer.from('data'),
  central,
});

/** The directory of an archive. */
function listed(entries: readonly Entry[], count = entries.length, cut = 0) {
  const { offset, size } = layout(entries);
  const directory = Buffer.from(zip(entries).subarray(offset, offset + size - cut));
  return listEntries('a', directory, { offset, size, entries: count });
}

test('each entry with its size, checksum and place', () => {
  const [first, second] = listed([entry('r/a'), entry('r/b')]);
  expect(first).toMatchObject({ name: 'r/a', size: 4, offset: 0, flags: 0 });
  expect(second!.offset).toBe(30 + 3 + 4);
  expect(second!.crc32).toBe(first!.crc32);
  expect(listed([])).toEqual([]);
});

test('numbers of 64 bits stand in the extra field', () => {
  const large = {
    size: 0xffffffff,
    compressed: 0xffffffff,
    offset: 0xffffffff,
    extra: extra(1, u64(2 ** 33, 2 ** 33, 2 ** 34)),
  };
  expect(listed([entry('r/a', large)])[0]).toMatchObject({ size: 2 ** 33, offset: 2 ** 34 });
});

test.each<[string, Entry['central']]>([
  ['is compressed', { method: 8 }],
  ['is encrypted', { flags: 1 }],
  ['is encrypted more', { flags: 0x2000 }],
  ['has a flag that torch does not write', { flags: 0x20 }],
  ['asks for a newer zip', { version: 63 }],
  ['has a comment', { comment: 'x' }],
  ['lies in another part', { disk: 1 }],
  ['has two sizes', { compressed: 3 }],
  ['has a second name', { extra: extra(0x7075, Buffer.from('x')) }],
  ['lacks its numbers of 64 bits', { size: 0xffffffff, compressed: 0xffffffff }],
  ['has numbers of 64 bits too many', { extra: extra(1, u64(4)) }],
])('an entry that %s is refused by name', (_, central) => {
  const listing = () => listed([entry('r/first'), entry('r/odd', central)]);
  expect(listing).toThrow(expect.objectContaining({ code: 'checkpoint-zip' }));
  expect(listing).toThrow(/r\/odd/);
});

test('names that differ in nothing, or in their case alone', () => {
  expect(() => listed([entry('r/a'), entry('r/a')])).toThrow(/r\/a.*twice/);
  expect(() => listed([entry('r/a'), entry('r/A')])).toThrow(/r\/a.*r\/A.*case/);
});

test('a directory that does not have what its end record says', () => {
  expect(() => listed([entry('r/a')], 2)).toThrow(expect.objectContaining({ code: 'checkpoint-zip' }));
  expect(() => listed([entry('r/a'), entry('r/b')], 1)).toThrow(/after its last entry/);
  for (const cut of [1, 46, 48]) expect(() => listed([entry('r/a')], 1, cut)).toThrow(/damaged/);
});

test('a directory that no policy has is refused before it is read', () => {
  expect(() => requireBearable('a', { offset: 0, size: 1000, entries: 1000 })).not.toThrow();
  for (const place of [
    { size: 2 ** 30, entries: 5 },
    { size: 5, entries: MAX_ENTRIES + 1 },
  ])
    expect(() => requireBearable('a', { offset: 0, ...place })).toThrow(
      expect.objectContaining({ code: 'checkpoint-zip' }),
    );
});
