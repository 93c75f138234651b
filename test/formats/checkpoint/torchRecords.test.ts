import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { requireTorchRecords } from '../../../engine/formats/checkpoint/torchRecords.js';
import { ZipArchive } from '../../../engine/formats/checkpoint/zip/read.js';
import { zip } from '../../hostile/files/zip.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();

async function required(files: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(files).map(([name, text]) => ({ name, data: Buffer.from(text) }));
  await writeFile(folder.path('a.ckpt'), zip(entries));
  const archive = await ZipArchive.open(folder.path('a.ckpt'));
  await requireTorchRecords('a.ckpt', archive, 'run').finally(() => archive.close());
}

test.each(['1', '3\n', '10'])('format version %j is read', async (version) => {
  await expect(required({ 'run/data.pkl': '', 'run/version': version })).resolves.toBeUndefined();
  await expect(required({ 'run/data.pkl': '', 'run/.data/version': version })).resolves.toBeUndefined();
});

test.each<[string, Record<string, string>]>([
  ['a version that is too new', { 'run/version': '11' }],
  ['version 0', { 'run/version': '0' }],
  ['a version in words', { 'run/version': 'three' }],
  ['an empty version', { 'run/version': '' }],
  ['a version without end', { 'run/version': '3'.repeat(100) }],
  ['no version', {}],
  ['two versions', { 'run/version': '3', 'run/.data/version': '3' }],
  ['a file of another folder', { 'run/version': '3', 'other/data.pkl': '' }],
  ['a file beside the folder', { 'run/version': '3', running: '' }],
  ['code of TorchScript', { 'run/version': '3', 'run/constants.pkl': '' }],
])('an archive with %s is refused', async (_, files) => {
  await expect(required({ 'run/data.pkl': '', ...files })).rejects.toMatchObject({
    code: 'checkpoint-zip',
    file: 'a.ckpt',
  });
});
