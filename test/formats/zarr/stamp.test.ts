/** One state of a zarr folder is told from the next. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { zarrStamp } from '../../../engine/formats/zarr/stamp.js';
import { zarray } from '../../server/reader/readerFiles.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-stamps-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

let clock = 1e9;
/** Written now, with a time of its own: file systems tell no two writes within a tick apart. */
function put(name: string, text: string): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  clock += 1;
  utimesSync(file, clock, clock);
  utimesSync(dirname(file), clock, clock);
}
const of = () => zarrStamp(folder);

const array = (separator: string) => zarray([4, 2], { chunks: [2, 2], dimension_separator: separator });

test.each([
  ['.zmetadata', '{}'],
  ['meta/episode_ends/.zarray', zarray([2])],
  ['data/more/.zarray', zarray([4])],
  ['data/action/.zarray', zarray([9, 2], { chunks: [2, 2] })],
  ['data/action/1.0', 'chunk'],
])('another when %s is put in place', async (name, text) => {
  put('data/action/.zarray', array('.'));
  const before = await of();
  expect(await of()).toBe(before);
  put(name, text);
  expect(await of()).not.toBe(before);
});

test('nested chunks: the folder of the last one', async () => {
  put('data/action/.zarray', array('/'));
  put('data/action/1/0', 'chunk');
  const before = await of();
  put('data/action/1/0', 'other');
  expect(await of()).not.toBe(before);
});

test('damaged metadata has a state too', async () => {
  put('data/action/.zarray', '{');
  const before = await of();
  expect(before).toBeDefined();
  put('data/action/.zarray', '{"');
  expect(await of()).not.toBe(before);
});

test('a folder of thousands is not a data set', async () => {
  for (let k = 0; k <= 1000; k++) mkdirSync(join(folder, 'data', String(k)), { recursive: true });
  expect(await of()).toBeUndefined();
});
