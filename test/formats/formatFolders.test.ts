/** A format of recordings is a folder and a row: nothing but the table, and what records or tests, imports from its folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FORMATS = join(ROOT, 'engine/formats');

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Folders that export a `RecordingFormat`. */
const folders = readdirSync(FORMATS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'recording')
  .map((entry) => join(FORMATS, entry.name))
  .filter((folder) => sources(folder).some((file) => /: RecordingFormat\b/.test(readFileSync(file, 'utf8'))));

function importersOf(folder: string): string[] {
  const files = ['engine', 'server', 'client'].flatMap((top) => sources(join(ROOT, top)));
  return files
    .filter((file) => !file.startsWith(`${folder}/`))
    .filter((file) =>
      [...readFileSync(file, 'utf8').matchAll(/from '(\.[^']*)'/g)].some(([, to]) =>
        join(dirname(file), to!).startsWith(`${folder}/`),
      ),
    )
    .map((file) => relative(ROOT, file));
}

test('there are such folders', () => {
  expect(folders.map((folder) => relative(FORMATS, folder))).toContain('cogact');
});

test.each(folders.map((folder) => [relative(ROOT, folder), folder]))(
  '%s is known to the table alone',
  (_, folder) => {
    const faults = 'engine/formats/recording.ts'; // the union of all faults takes a type from there
    expect(importersOf(folder).filter((file) => file !== faults)).toEqual(['engine/formats/recordings.ts']);
  },
);

test('nothing in convert names a format or a file of one', () => {
  const words = /cogact|pickle|\.pkl|meta\.json|episode_\d|frame_\d/i;
  const naming = sources(join(ROOT, 'engine/work/convert')).filter((file) =>
    words.test(readFileSync(file, 'utf8')),
  );
  expect(naming).toEqual([]);
});
