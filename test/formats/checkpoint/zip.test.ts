import { spawnSync } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { ZipArchive } from '../../../engine/formats/checkpoint/zip/read.js';
import { ZipWriter } from '../../../engine/formats/checkpoint/zip/write.js';
import { peerPython } from '../../peers.js';
import { SMALL } from './files.js';

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

test('a file from a big-endian machine gives little-endian values', async () => {
  const path = join(folder, 'small.ckpt');
  await writeCheckpoint(path, SMALL);
  const archive = await ZipArchive.open(path);
  const file = await open(join(folder, 'big.ckpt'), 'w');
  const zip = new ZipWriter(file);
  for (const entry of archive.entries.values()) {
    const data = Buffer.from(await archive.readWhole(entry));
    if (entry.name.endsWith('/byteorder')) await zip.add(entry.name, Buffer.from('big'));
    else await zip.add(entry.name, entry.name.includes('/data/') ? data.swap32() : data);
  }
  await zip.finish();
  await Promise.all([file.close(), archive.close()]);
  const checkpoint = await openCheckpoint(join(folder, 'big.ckpt'));
  const bytes = await checkpoint.read(checkpoint.index.stateDicts['model']![0]!);
  expect([...new Float32Array(bytes.buffer)]).toEqual([1, 2, 3, 4]);
  await checkpoint.close();
});

test('the root folder may have any name', async () => {
  const path = join(folder, 'archive.ckpt');
  await writeCheckpoint(path, SMALL);
  const renamed = (await readFile(path)).toString('latin1').replaceAll('archive/', 'epoch=1/');
  await writeFile(join(folder, 'renamed.ckpt'), renamed, 'latin1');
  const checkpoint = await openCheckpoint(join(folder, 'renamed.ckpt'));
  expect(checkpoint.index.pickles).toEqual({ epoch: 3 });
  await checkpoint.close();
});
