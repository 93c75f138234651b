import { open, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { requireZip } from '../../../engine/formats/checkpoint/recognise.js';
import { ownFolder } from '../../ownFolder.js';
import { fixture } from './files.js';

const folder = ownFolder();

async function outcome(content: Uint8Array | string): Promise<void> {
  const path = folder.path('a.ckpt');
  await writeFile(path, content);
  const file = await open(path);
  await requireZip(path, file).finally(() => file.close());
}

const tar = Buffer.alloc(512);
tar.write('ustar', 257);

test.each([
  ['nothing', '', 'checkpoint-truncated'],
  ['a tar, torch’s oldest format', tar, 'checkpoint-legacy'],
  ['torch’s magic number', Buffer.from('800a6cfc9c46f9206aa850192e', 'hex'), 'checkpoint-legacy'],
  [
    'a pointer of git-lfs',
    'version https://git-lfs.github.com/spec/v1\noid sha256:00',
    'checkpoint-not-torch',
  ],
  ['gzip', '\x1f\x8b\x08', 'checkpoint-not-torch'],
  ['HDF5', Buffer.from('894844460d0a1a0a', 'hex'), 'checkpoint-not-torch'],
  ['a bare pickle', Buffer.from('80024b012e', 'hex'), 'checkpoint-not-torch'],
  ['a text', 'epochs: 5\n', 'checkpoint-not-torch'],
  ['an empty archive', Buffer.from('504b0506', 'hex'), 'checkpoint-not-torch'],
])('%s is refused, and what to do is told', async (_, content, code) => {
  const refused = outcome(content);
  await expect(refused).rejects.toMatchObject({ code, file: folder.path('a.ckpt') });
  await expect(refused).rejects.toHaveProperty('hint', expect.stringMatching(/\w{4}/));
});

test('what a file begins with is shown without its control characters', async () => {
  await expect(outcome('\x1b[2J\x07abc')).rejects.toThrow(/starts with/);
  await expect(outcome('\x1b[2J\x07abc')).rejects.not.toThrow(/\p{Cc}/u);
});

test('an archive passes, a file of torch before 1.6 does not', async () => {
  await expect(outcome('PK\x03\x04')).resolves.toBeUndefined();
  const path = fixture('checkpoint/legacy.ckpt');
  const file = await open(path);
  await expect(requireZip(path, file)).rejects.toMatchObject({ code: 'checkpoint-legacy' });
  await file.close();
});
