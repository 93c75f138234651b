/** Which config trees of a checkout are compared, and with which overrides. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { casesOf, findTrees, nameOf, withoutShadow } from '../../../scripts/compatibility/cases.js';

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'regrip-trees-'));
});
afterEach(() => rmSync(checkout, { recursive: true }));
const put = (name: string, text = 'a: 1\n') => {
  mkdirSync(dirname(join(checkout, name)), { recursive: true });
  writeFileSync(join(checkout, name), text);
};
const trees = () =>
  findTrees(checkout).map(({ root, configs }) => [root.slice(checkout.length + 1), configs]);

describe('trees', () => {
  test('are the topmost folders with YAML files, or named as config roots are', () => {
    for (const name of [
      'pkg/config/train.yaml',
      'pkg/config/task/pick.yaml',
      'other/conf/model/big.yaml',
      'code/a.py',
    ])
      put(name);
    expect(trees()).toEqual([
      ['other/conf', ['model/big']],
      ['pkg/config', ['train', 'task/pick']],
    ]);
  });

  test('are no files of the checkout itself, of services or of packages', () => {
    for (const name of [
      'environment.yaml',
      '.github/workflows/ci.yaml',
      'node_modules/x/config/a.yaml',
      'src/.hidden.yaml',
    ])
      put(name);
    expect(trees()).toEqual([]);
  });

  test('with a config of Hydra’s own are copied without it, the original stays', async () => {
    put('config/a.yaml');
    put('config/hydra/config.yaml');
    const [tree] = findTrees(checkout);
    const copy = await withoutShadow(tree!);
    expect([copy.configs, existsSync(join(copy.root, 'hydra/config.yaml'))]).toEqual([['a'], false]);
    expect(existsSync(join(tree!.root, 'hydra/config.yaml'))).toBe(true);
    rmSync(dirname(copy.root), { recursive: true });
    put('plain/a.yaml');
    const [, plain] = findTrees(checkout);
    expect(await withoutShadow(plain!)).toBe(plain);
  });
});

test('cases: each primary as it is, changed everywhere, by its own keys and by the options of its groups', () => {
  put('config/a.yaml', 'defaults: []\nwidth: 1\n');
  put('config/task/pick.yaml');
  const cases = casesOf(findTrees(checkout)[0]!);
  const names = cases.map((each) => nameOf(checkout, each));
  expect(names).toEqual(
    expect.arrayContaining([
      'config/a',
      'config/a width=changed',
      'config/a ~width',
      'config/a task=pick',
      'config/a +task=pick',
      'config/task/pick',
    ]),
  );
  expect(names.filter((name) => name.includes('defaults'))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
