import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compose } from '../../engine/config/compose.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function composed(files: Record<string, string>, ...overrides: string[]) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return compose(join(folder, 'train.yaml'), overrides, { env: {} });
}

describe('names the place and the way out', () => {
  test.each([
    ['a: 1\nb: ${nope}', [], /train\.yaml:2:4: b refers to 'nope', which does not exist/],
    ['a: ???\nb: ${a}', [], /train\.yaml:2:4: b refers to 'a', which is mandatory and not set/],
    ['a: [1]\nb: ${a.3}', [], /train\.yaml:2:4: b refers to 'a\.3', which does not exist/],
    [
      'a: 1\nb: ${other:run.dir}',
      [],
      /train\.yaml:2:4: b uses the resolver 'other', which is neither known \(.*\) nor registered/,
    ],
    ['a: 1\nb: {1: x}', [], /train\.yaml:2:5: YAML reads the key 1 as a number/],
    ['a: 1\nb: !mine x', [], /train\.yaml:2:\d+: the tag !mine is not supported/],
    ['defaults:\n  - task: none', [], /train\.yaml:2:5: the defaults list asks for 'task\/none'/],
    ['hydra:\n  searchpath: [pkg://x]', [], /train\.yaml:2:\d+: hydra\.searchpath has 'pkg:\/\/x'/],
    ['a: [1, 2]', ['a.5=1'], /override 'a\.5=1': the list has 2 entries/],
    ['a: [1, 2]', ['~a.0'], /override '~a\.0'.* an entry of a list cannot be deleted/],
    [
      'a: 1',
      ['a=json_str(3)'],
      /calls json_str\(…\), which Hydra 1\.3 does not know .*; a later Hydra has it/,
    ],
    ['a: 1', ['a=int(x)'], /calls int\(…\), which takes a text for an int/],
    ['a: 1', ['a=[choice(1,2)]'], /has a sweep inside a list or a map/],
    ['a: 1', ['a=1,2'], /override 'a=1,2' is a sweep/],
  ])('%j %j', async (text, overrides, message) => {
    await expect(composed({ 'train.yaml': text }, ...overrides)).rejects.toThrow(message);
  });

  test('changes an entry of a list', async () => {
    expect((await composed({ 'train.yaml': 'a: [1, {b: 2}]' }, 'a.1.b=3', 'a.0=${a.1.b}')).resolved).toEqual({
      a: [3, { b: 3 }],
    });
  });

  test('leaves a value that nobody set', async () => {
    expect((await composed({ 'train.yaml': 'a: ???' })).resolved).toEqual({ a: '???' });
  });
});

test("an option of Hydra's own groups may bring keys that its section does not have, any other config not", async () => {
  const brings = '# @package _global_\nhydra: {run: {subdir: x}}\n';
  const files = { 'hydra/output/mine.yaml': brings, 'task/mine.yaml': brings };
  const own = { ...files, 'train.yaml': 'defaults:\n  - _self_\n  - override hydra/output: mine\na: 1\n' };
  expect((await composed(own)).resolved).toEqual({ a: 1 });
  const other = { ...files, 'train.yaml': 'defaults:\n  - task: mine\n' };
  await expect(composed(other)).rejects.toThrow(/hydra\.run\.subdir is no key of Hydra/);
});
