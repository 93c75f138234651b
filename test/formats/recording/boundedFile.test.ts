/** Files that are held in memory whole. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readBounded } from '../../../engine/formats/recording/boundedFile.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();

test('up to the bound, and not a byte more', async () => {
  await folder.write({ meta: '12345' });
  expect((await readBounded(folder.path('meta'), 5)).toString()).toBe('12345');
  await expect(readBounded(folder.path('meta'), 4)).rejects.toMatchObject({
    code: 'episode-file',
    reason: 'meta has 5 bytes, expected a regular file of at most 4',
  });
});

test('a missing file, and a pipe that nobody writes to', async () => {
  await expect(readBounded(folder.path('meta'), 9)).rejects.toMatchObject({ reason: 'there is no meta' });
  execFileSync('mkfifo', [folder.path('pipe')]);
  await expect(readBounded(folder.path('pipe'), 9)).rejects.toThrow(/expected a regular file/);
});
