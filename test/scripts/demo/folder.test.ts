/** Only a folder that the demo made itself is ever emptied. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareFolder } from '../../../scripts/demo/folder.js';

let parent: string;
let folder: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'regrip-demo-'));
  folder = join(parent, 'demo');
});
afterEach(() => rmSync(parent, { recursive: true }));

test('a new one, one that is empty, and one of an earlier demo', async () => {
  await prepareFolder(folder, false, 'first');
  writeFileSync(join(folder, 'result.txt'), '');
  await prepareFolder(folder, true, 'goes on');
  expect(existsSync(join(folder, 'result.txt'))).toBe(true);
  await prepareFolder(folder, false, 'anew');
  expect(readdirSync(folder)).toHaveLength(1);
  rmSync(folder, { recursive: true });
  await prepareFolder(parent, false, 'empty');
  expect(readdirSync(parent)).toHaveLength(1);
});

test.each([true, false])('a folder with anything else stays as it is (kept: %j)', async (keep) => {
  writeFileSync(join(parent, 'thesis.tex'), '');
  await expect(prepareFolder(parent, keep, 'demo')).rejects.toThrow(parent);
  expect(readdirSync(parent)).toEqual(['thesis.tex']);
});
