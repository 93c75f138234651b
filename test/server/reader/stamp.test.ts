/** One state of a file or data set is told from the next. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stampAt } from '../../../server/reader/stamp.js';
import { oneEpisode, writeStore, zarray } from './readerFiles.js';

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
const of = (name = '.') => stampAt(join(folder, name));

describe('a file', () => {
  test('the same as long as it is the same', async () => {
    put('a.json', 'one');
    const first = await of('a.json');
    expect(first).toBeDefined();
    expect(await of('a.json')).toBe(first);
  });

  test('another after a write, and after another file took its name', async () => {
    put('a.json', 'one');
    const first = await of('a.json');
    appendFileSync(join(folder, 'a.json'), '!');
    const second = await of('a.json');
    put('a.json', 'one!');
    expect(new Set([first, second, await of('a.json')]).size).toBe(3);
  });

  test('none without a file', async () => {
    expect(await of('nothing')).toBeUndefined();
  });
});

test('a data set: another when its headers change; a folder that is none has no state', async () => {
  await writeStore(folder, { ...oneEpisode(4), 'data/action/.zarray': zarray([4, 8]) });
  const before = await of();
  expect(before).toBeDefined();
  expect(await of()).toBe(before);
  put('data/action/.zarray', zarray([4, 7]));
  expect(await of()).not.toBe(before);
  mkdirSync(join(folder, 'empty'));
  expect(await of('empty')).toBeUndefined();
});
