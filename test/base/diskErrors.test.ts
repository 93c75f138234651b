import { mkdir, readFile, rename } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DiskError, diskError, inFolder, onDisk, throwPassing } from '../../engine/base/diskErrors.js';
import { RegripError } from '../../engine/base/errors.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

/** As Node throws it. */
function refusal(code: string, path?: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: refused, open`), { code, syscall: 'open', path });
}

const KNOWN = [
  ...['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'EISDIR', 'ENOTDIR', 'ENOENT'],
  ...['EEXIST', 'ENOTEMPTY', 'EMFILE', 'ENFILE', 'EXDEV', 'ELOOP', 'ETXTBSY', 'EBUSY', 'EIO', 'ESTALE'],
  ...['ENOMEM', 'ENOTCONN', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENETDOWN', 'ENETUNREACH', 'EREMOTEIO'],
];

test.each(KNOWN)('%s names the path, itself and what to do, and keeps its cause', (errno) => {
  const cause = refusal(errno, '/data/named by the call');
  const found = diskError(cause, '/data/a.ckpt') as DiskError;
  expect(found).toBeInstanceOf(DiskError);
  expect(found).toMatchObject({ code: `disk-${errno.toLowerCase()}`, errno, file: '/data/a.ckpt', cause });
  expect(found.message).toMatch(new RegExp(`^/data/a\\.ckpt: .{8,}\\(${errno}\\)$`));
  expect(found.hint).toMatch(/\w{3}/);
});

test('where nobody says what it is about, it is about the path of the call, else about no file', () => {
  expect(diskError(refusal('ENOSPC', '/data/b'))).toMatchObject({ file: '/data/b' });
  expect(diskError(refusal('ENOSPC'))).toMatchObject({ code: 'disk-enospc', file: undefined });
});

test.each([
  ['an errno that is not of disks', refusal('ECONNREFUSED', '/a')],
  ['a call without an errno', new Error('ENOSPC')],
  ['an errno without a call', Object.assign(new Error('x'), { code: 'ENOSPC' })],
  ['a socket that timed out', refusal('ETIMEDOUT')],
  ['what is told already', new RegripError({ code: 'mine', message: 'x' })],
  ['what is not an error', 'ENOSPC'],
])('%s stays as it is', (_, error) => {
  expect(diskError(error)).toBe(error);
});

test('a hint that names the path can be typed as it stands, whatever the path holds', () => {
  const hint = (path: string) => (diskError(refusal('EACCES'), path) as DiskError).hint;
  expect(hint('/my data/a.ckpt')).toContain("ls -ld '/my data'");
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      const text = hint(`/data/${name}/a`)!;
      expect(text).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 50 },
  );
});

test('work on a disk: results pass, refusals are told about the path that was asked for', async () => {
  expect(await onDisk('/asked', async () => 7)).toBe(7);
  const missing = onDisk('/asked', () => readFile(folder.path('gone')));
  await expect(missing).rejects.toMatchObject({ code: 'disk-enoent', file: '/asked' });
  await expect(onDisk('/asked', () => Promise.reject(new Error('mine')))).rejects.toThrow(/^mine$/);
});

test('an output whose folder is missing is told which folder to make', async () => {
  const away = folder.path('no', 'such folder');
  const made = inFolder(away, () => mkdir(folder.path('no', 'such folder', 'x')));
  await expect(made).rejects.toMatchObject({ code: 'disk-enoent', file: away });
  await expect(made).rejects.toHaveProperty('hint', expect.stringContaining(`mkdir -p '${away}'`));
});

test('any other refusal of that folder keeps its own hint', async () => {
  await folder.write({ 'full/a': '' });
  await mkdir(folder.path('b'));
  const moved = inFolder(folder.path('full'), () => rename(folder.path('b'), folder.path('full')));
  await expect(moved).rejects.toMatchObject({ errno: 'ENOTEMPTY' });
  await expect(moved).rejects.not.toHaveProperty('hint', expect.stringContaining('mkdir'));
});

test('only what may pass by itself is thrown for it: a file that is missing is missing', () => {
  const thrown = (errno: string) => {
    try {
      throwPassing(refusal(errno, '/data/a'), '/data/a');
      return undefined;
    } catch (error) {
      return (error as RegripError).code;
    }
  };
  for (const errno of ['ESTALE', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ENOTCONN', 'ETIMEDOUT'])
    expect(thrown(errno)).toBe(`disk-${errno.toLowerCase()}`);
  for (const errno of ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP']) expect(thrown(errno)).toBeUndefined();
});
