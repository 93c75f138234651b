import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { ZipArchive } from '../../../../engine/formats/checkpoint/zip/read.js';
import { zip } from '../../../hostile/files/zip.js';
import { ownFolder } from '../../../ownFolder.js';

const folder = ownFolder();
const bytesOf = (text: string) => Buffer.from(text);

async function opened(bytes: Uint8Array): Promise<ZipArchive> {
  await writeFile(folder.path('a.ckpt'), bytes);
  return ZipArchive.open(folder.path('a.ckpt'));
}

test('the entries in the order of the directory, each with its bytes, whole or a part', async () => {
  const archive = await opened(
    zip([
      { name: 'r/b', data: bytesOf('second') },
      { name: 'r/a', data: bytesOf('') },
    ]),
  );
  expect([...archive.entries.keys()]).toEqual(['r/b', 'r/a']);
  const entry = archive.entries.get('r/b')!;
  expect(Buffer.from(await archive.readWhole(entry)).toString()).toBe('second');
  expect(Buffer.from(await archive.readRange(entry, 2, 3)).toString()).toBe('con');
  expect(await archive.readWhole(archive.entries.get('r/a')!)).toHaveLength(0);
  await archive.close();
});

test('an archive without entries is not a checkpoint', async () => {
  await expect(opened(zip([]))).rejects.toMatchObject({ code: 'checkpoint-not-torch' });
});

test('a byte that changed is found by the checksum', async () => {
  const bytes = Buffer.from(zip([{ name: 'r/a', data: bytesOf('weights') }]));
  bytes[bytes.indexOf('weights')]! ^= 1;
  const archive = await opened(bytes);
  await expect(archive.readWhole(archive.entries.get('r/a')!)).rejects.toMatchObject({
    code: 'checkpoint-zip',
  });
  await archive.close();
});

test('a file that is cut off while it is read', async () => {
  const bytes = zip([{ name: 'r/a', data: bytesOf('weights') }]);
  const archive = await opened(bytes);
  await writeFile(folder.path('a.ckpt'), bytes.subarray(0, 35));
  await expect(archive.readWhole(archive.entries.get('r/a')!)).rejects.toMatchObject({
    code: 'checkpoint-truncated',
  });
  await archive.close();
});

test('any beginning of an archive is refused as cut off', async () => {
  const bytes = zip([
    { name: 'r/a', data: bytesOf('weights') },
    { name: 'r/b', data: bytesOf('x') },
  ]);
  for (let length = 4; length < bytes.length; length += 1)
    await expect(opened(bytes.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
      code: expect.stringMatching(/^checkpoint-(?:truncated|zip)$/),
    });
});

test('what is not there, or not a file, is said at once: a pipe would wait for its writer', async () => {
  const pipe = folder.path('pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  for (const path of [folder.path('gone'), folder.path(), pipe, folder.path('a\0b')])
    await expect(ZipArchive.open(path)).rejects.toMatchObject({ code: 'checkpoint-missing', file: path });
});
