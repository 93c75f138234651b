import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { accepted, configFileOf, DISK, kindOf, readConfigText } from '../../engine/config/configFile.js';
import { toPlain } from '../../engine/config/node.js';
import { Collected, STRICT } from '../../engine/config/tolerance.js';
import { ownFolder } from '../ownFolder.js';

const folder = ownFolder();

test.each([
  ['', undefined],
  ['a: 1', undefined],
  ['# @package _global_\na: 1', '_global_'],
  ['\n\n#@package task.data\n', 'task.data'],
  ['# @package a\n# @package b\n', 'b'], // the last one wins
  ['# @other x\n# @package a\n', 'a'],
  ['# a comment\n# @package late\n', undefined], // ends the header
  ['a: 1\n# @package late\n', undefined],
  ['# @package a\r\nb: 1\r\n', 'a'],
  [`${'\n'.repeat(600)}# @package far\n`, undefined],
])('the header of %j', (text, header) => {
  const file = configFileOf(text, 'a.yaml');
  expect(file.packageHeader).toBe(header);
  expect(file.problems).toEqual([]);
});

test.each(['# @package', '# @package a b'])(
  'the header %j is refused, and the config read all the same',
  (line) => {
    const file = configFileOf(`\n${line}\na: 1\n`, 'a.yaml');
    expect(file.problems).toMatchObject([{ code: 'yaml-syntax', file: 'a.yaml:2' }]);
    expect(toPlain(file.root)).toEqual({ a: 1 });
  },
);

test('a text too large for a config holds nothing, and tells its size', () => {
  const text = `a: ${'x'.repeat(300_000)}`;
  const file = configFileOf(text, 'data.yaml');
  expect(file.problems).toMatchObject([{ code: 'config-too-large', file: 'data.yaml' }]);
  expect(file.problems[0]!.message).toContain(String(text.length));
  expect([toPlain(file.root), file.text]).toEqual([{}, text]);
});

test('problems are thrown or kept as whoever asks likes', () => {
  const file = configFileOf('a: 1\na: 2\n', 'a.yaml');
  expect(() => accepted(file, STRICT)).toThrow(expect.objectContaining({ code: 'duplicate-key' }));
  const collected = new Collected();
  expect(accepted(file, collected)).toBe(file);
  expect(collected.problems).toHaveLength(1);
});

test('what lies on the disk', async () => {
  await folder.write({ 'a.yaml': 'a: 1' });
  await symlink('a.yaml', folder.path('linked.yaml'));
  await symlink('gone', folder.path('broken.yaml'));
  expect(await kindOf(folder.path('a.yaml'))).toBe('file');
  expect(await kindOf(folder.path('linked.yaml'))).toBe('file');
  expect(await kindOf(folder.path())).toBe('folder');
  for (const other of ['gone.yaml', 'broken.yaml', 'a.yaml/x'])
    expect(await kindOf(folder.path(other))).toBeUndefined();
  expect(await kindOf('/dev/null')).toBeUndefined();
  expect(toPlain((await DISK.read(folder.path('a.yaml'))).root)).toEqual({ a: 1 });
});

test.each([
  ['gone.yaml', 'config-missing', /does not exist/],
  ['folder', 'config-missing', /is a folder/],
  ['latin.yaml', 'yaml-syntax', /is not UTF-8/],
  ['large.yaml', 'config-too-large', /300000 bytes/],
])('%s is refused as %s', async (name, code, message) => {
  await mkdir(folder.path('folder'));
  await writeFile(folder.path('latin.yaml'), Buffer.from([0x61, 0x3a, 0x20, 0xe9]));
  await writeFile(folder.path('large.yaml'), Buffer.alloc(300_000, 'a'));
  const reading = readConfigText(folder.path(name));
  await expect(reading).rejects.toBeInstanceOf(RegripError);
  await expect(reading).rejects.toMatchObject({
    code,
    file: folder.path(name),
    message: expect.stringMatching(message),
  });
});

test('the mark of Windows editors is not a part of the text', async () => {
  await folder.write({ 'a.yaml': '\ufeffa: 1' });
  expect(await readConfigText(folder.path('a.yaml'))).toBe('a: 1');
});
