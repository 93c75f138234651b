/** The licences of what is shipped. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const { notices } = (await import(join(ROOT, 'scripts/package/notices.mjs'))) as {
  notices(inputs: readonly string[], native: readonly string[]): Promise<string>;
};
const heads = (text: string) => [...text.matchAll(/^── (\S+) \d/gm)].map(([, name]) => name);

test('each package once, whoever brought it, none for sources of ours', async () => {
  const text = await notices(
    [
      'node_modules/yaml/a.js',
      'node_modules/yaml/b/c.js',
      'node_modules/@img/colour/index.cjs',
      'engine/cli.ts',
    ],
    ['semver', 'yaml'],
  );
  expect(heads(text)).toEqual(['@img/colour', 'semver', 'yaml']);
});

test('with the text of its licence', async () => {
  const text = await notices(['node_modules/yaml/a.js'], []);
  expect(text).toMatch(/^── yaml [\d.]+ \(ISC\)/m);
  expect(text).toContain('Permission to use, copy, modify');
});

test('a package that is not there fails', async () => {
  await expect(notices([], ['no-such-package'])).rejects.toThrow(/no-such-package/);
});
