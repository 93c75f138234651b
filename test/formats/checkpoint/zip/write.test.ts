import { spawnSync } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipArchive } from '../../../../engine/formats/checkpoint/zip/read.js';
import { ZipWriter } from '../../../../engine/formats/checkpoint/zip/write.js';
import { peerPython } from '../../../peers.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-zip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(path: string, count: number): Promise<void> {
  const file = await open(path, 'w');
  const zip = new ZipWriter(file);
  for (let i = 0; i < count; i += 1) await zip.add(`root/data/${i}`, Uint8Array.of(i & 255));
  await zip.finish();
  await file.close();
}

test('more entries than a zip of 1989 counts', async () => {
  const path = join(folder, 'many.zip');
  await write(path, 65_600);
  const archive = await ZipArchive.open(path);
  expect(archive.entries.size).toBe(65_600);
  expect([...(await archive.readWhole(archive.entries.get('root/data/65599')!))]).toEqual([65_599 & 255]);
  await archive.close();
});

const python = peerPython(['zipfile']);
test.skipIf(!python)('Python’s zipfile finds no fault (needs a python)', async () => {
  const path = join(folder, 'few.zip');
  await write(path, 20);
  const program =
    'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))';
  expect(spawnSync(python!, ['-c', program, path], { encoding: 'utf8' }).stdout.trim()).toBe('None 20');
});

test('each entry begins at a multiple of 64, so that a tensor can be mapped', async () => {
  const path = join(folder, 'aligned.zip');
  await write(path, 5);
  const archive = await ZipArchive.open(path);
  expect([...archive.entries.values()].map(({ start }) => start % 64)).toEqual([0, 0, 0, 0, 0]);
  await archive.close();
});

test('equal contents make equal files', async () => {
  const [one, other] = [join(folder, 'one.zip'), join(folder, 'other.zip')];
  await write(one, 3);
  await write(other, 3);
  expect(await readFile(one)).toEqual(await readFile(other));
});

test('entries of all sizes are read back, with names beyond ASCII', async () => {
  const path = join(folder, 'sizes.zip');
  const sizes = [0, 1, 63, 64, 65, 2 ** 16, 2 ** 16 + 1, 300_000];
  const file = await open(path, 'w');
  const zip = new ZipWriter(file);
  for (const size of sizes) await zip.add(`wüe/${size}`, new Uint8Array(size).fill(size & 255));
  await zip.finish();
  await file.close();
  const archive = await ZipArchive.open(path);
  for (const size of sizes) {
    const bytes = await archive.readWhole(archive.entries.get(`wüe/${size}`)!);
    expect(Buffer.compare(bytes, new Uint8Array(size).fill(size & 255))).toBe(0);
  }
  await archive.close();
});
