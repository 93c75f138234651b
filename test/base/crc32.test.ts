/** The check sum where zlib has none: the same; and nobody takes zlib's own, since a module that does cannot be loaded there. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { computedCrc32, crc32 } from '../../engine/base/crc32.js';

test('is the one of zlib, whole and in parts', () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) >> 3);
  expect(computedCrc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  expect(computedCrc32(bytes)).toBe(zlib.crc32(bytes));
  expect(computedCrc32(bytes.subarray(1000), computedCrc32(bytes.subarray(0, 1000)))).toBe(crc32(bytes));
  expect(computedCrc32(new Uint8Array())).toBe(0);
});

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test.each(['engine', 'server', 'client'])(
  '%s imports no name of node:zlib that Node 20.9 lacks',
  async (part) => {
    const files = (await readdir(join(ROOT, part), { recursive: true })).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(20);
    const texts = await Promise.all(files.map((file) => readFile(join(ROOT, part, file), 'utf8')));
    const taking = texts.map((text) => /import \{[^}]*\bcrc32\b[^}]*\} from 'node:zlib'/.test(text));
    expect(files.filter((_, i) => taking[i])).toEqual([]);
  },
);
