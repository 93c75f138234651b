/** Stamps of files: what changes them, what does not; faults that listing steps over. */
import { rename, utimes } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stampOf, unlessFaulty } from '../../../engine/formats/recording/files.js';
import { RecordingError } from '../../../engine/formats/recording.js';
import { withFault } from '../../faults/inject.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();
const stamp = (...names: string[]) =>
  stampOf(names.map((name) => ({ name: basename(name), path: folder.path(name) })));

describe('a stamp', () => {
  test('gives the size of each file, 0 for a missing one', async () => {
    await folder.write({ a: '123', b: '' });
    expect((await stamp('a', 'b', 'c')).bytes).toEqual([3, 0, 0]);
  });

  test('stays until a size, a time or the presence of a file changes', async () => {
    await folder.write({ a: '123' });
    await utimes(folder.path('a'), 1000, 1000);
    const { stamp: first } = await stamp('a', 'b');
    expect((await stamp('a', 'b')).stamp).toBe(first);
    const stamps = [first];
    await utimes(folder.path('a'), 1000, 1001);
    stamps.push((await stamp('a', 'b')).stamp);
    await folder.write({ a: '1234' });
    await utimes(folder.path('a'), 1000, 1001);
    stamps.push((await stamp('a', 'b')).stamp);
    await folder.write({ b: '' });
    stamps.push((await stamp('a', 'b')).stamp);
    expect(new Set(stamps).size).toBe(4);
  });

  test('tells two files that changed places, and not that all of them moved', async () => {
    await folder.write({ 'old/a': '1', 'old/b': '22' });
    const { stamp: before } = await stamp('old/a', 'old/b');
    await rename(folder.path('old'), folder.path('new'));
    expect((await stamp('new/a', 'new/b')).stamp).toBe(before);
    await rename(folder.path('new/a'), folder.path('new/c'));
    await rename(folder.path('new/b'), folder.path('new/a'));
    await rename(folder.path('new/c'), folder.path('new/b'));
    expect((await stamp('new/a', 'new/b')).stamp).not.toBe(before);
  });

  test('is none of a drive that is away', async () => {
    await folder.write({ a: '' });
    const { result, fired } = await withFault(
      { operation: 'stat', under: folder.path('a'), errno: 'ESTALE', nth: 1, lasting: true },
      () => stamp('a').catch((error: unknown) => error),
    );
    expect(fired).toBe(true);
    expect(result).toMatchObject({ code: 'disk-estale' });
  });
});

test('listing steps over a fault of the recording, and over nothing else', async () => {
  const fails = (error: Error) => unlessFaulty(() => Promise.reject(error));
  expect(await unlessFaulty(async () => 3)).toBe(3);
  expect(await fails(new RecordingError('episode-file', 'f', 'is cut off'))).toBeUndefined();
  await expect(fails(new TypeError('a fault of ours'))).rejects.toThrow('a fault of ours');
});
