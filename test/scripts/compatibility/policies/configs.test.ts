/** Which configs of a project count, and how each is composed. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { composed, wholeConfigs } from '../../../../scripts/compatibility/policies/configs.js';

const FILES = {
  'config/train.yaml':
    'defaults: [_self_, task: gone]\n_target_: mine.Workspace\npolicy: {_target_: mine.Policy}\n',
  'config/task/a_broken.yaml': 'width: ${nowhere}\n',
  'config/task/b_good.yaml': 'width: 3\n',
  'experiments/sweep/one.yaml': '_target_: mine.Workspace\npolicy:\n  _target_: mine.Policy\n',
  'experiments/sweep/part.yaml': 'policy:\n  _target_: mine.Policy\n',
  'outputs/.hydra/config.yaml': '_target_: mine.Workspace\npolicy: {}\n',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regrip-policies-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test('primary configs, and those that build a policy in folders of their own', async () => {
  const found = await wholeConfigs(folder);
  expect(found.map((file) => relative(folder, file))).toEqual([
    'config/train.yaml',
    'experiments/sweep/one.yaml',
  ]);
});

test('a config whose own task is missing is composed with the first one that goes', async () => {
  const found = await composed(join(folder, 'config/train.yaml'));
  expect(found).toMatchObject({ overrides: ['task=b_good'], resolved: { task: { width: 3 } } });
  rmSync(join(folder, 'config/task/b_good.yaml'));
  expect(await composed(join(folder, 'config/train.yaml'))).toMatchObject({
    error: expect.stringContaining('gone'),
  });
});
