import { readdir, readFile, rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type CodeSource,
  checkoutSource,
  codeSource,
  codeVersion,
  copiedCode,
  extensionSource,
  replaces,
} from '../../../engine/wire/connect/codeFolder.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();

async function put(name: string, text: string): Promise<string> {
  await folder.write({ [name]: text });
  return folder.path(name);
}

describe('the code that runs', () => {
  async function extension(text = 'first'): Promise<CodeSource> {
    await put('vsix/package.json', '{"version": "1.2.3", "type": "module"}');
    await put('vsix/dist/engine/main.js', text);
    await put('vsix/dist/engine/main.js.map', '{}');
    await put('vsix/dist/node_modules/sharp/build/sharp.node', 'binary');
    return extensionSource(folder.path('vsix'));
  }

  test('lies in a folder of its version and content, packages included, after the extension has gone', async () => {
    const source = await extension();
    const version = await codeVersion(source);
    expect(version).toMatch(/^1\.2\.3-[0-9a-f]{16}$/);
    const entry = await copiedCode(source, version, folder.path('code'));
    expect(entry).toBe(folder.path('code', version, 'dist/engine/main.js'));
    await rm(folder.path('vsix'), { recursive: true });
    expect(await readFile(entry, 'utf8')).toBe('first');
    expect(await readdir(dirname(entry))).toEqual(['main.js']);
    const sharp = folder.path('code', version, 'dist/node_modules/sharp/build/sharp.node');
    expect(await readFile(sharp, 'utf8')).toBe('binary');
    expect(await readdir(folder.path('code'))).toEqual([version]);
  });

  test('is another version when a byte of it differs', async () => {
    const first = await codeVersion(await extension('first'));
    expect(await codeVersion(await extension('second'))).not.toBe(first);
    expect(await codeVersion(await extension('first'))).toBe(first);
  });

  test('is copied once by two that start at a time, and versions that nobody used for months go', async () => {
    const source = await extension();
    const old = new Date(Date.now() - 100 * 24 * 3600 * 1000);
    await put('code/0.0.1-aaaa/package.json', '{}');
    await utimes(folder.path('code/0.0.1-aaaa'), old, old);
    const version = await codeVersion(source);
    const copy = () => copiedCode(source, version, folder.path('code'));
    const [a, b] = await Promise.all([copy(), copy()]);
    expect(a).toBe(b);
    expect(await readdir(folder.path('code'))).toEqual([version]);
  });

  test('that is not there is an error that says what to do', async () => {
    const source = await extension();
    await rm(folder.path('vsix/dist'), { recursive: true });
    await expect(copiedCode(source, 'x', folder.path('code'))).rejects.toMatchObject({
      code: 'engine-code-missing',
      hint: expect.stringContaining('reinstall the extension'),
    });
  });
});

test('in a checkout it is the latest build, elsewhere what came with the extension', async () => {
  expect(codeSource(folder.path())).toEqual(extensionSource(folder.path()));
  await put('out/engine/main.js', '');
  expect(codeSource(folder.path())).toEqual(checkoutSource(folder.path()));
});

test.each([
  ['1.2.4-a', '1.2.3-b', true],
  ['1.10.0-a', '1.9.9-a', true],
  ['2.0.0-a', '1.9.9-a', true],
  ['1.2.3-a', '1.2.3-b', true], // another build
  ['1.2.3-a', '1.2.3-a', false],
  ['1.2.2-a', '1.2.3-a', false],
  ['1.9.9-a', '1.10.0-a', false],
])('%s replaces %s: %s', (ours, theirs, is) => expect(replaces(ours, theirs)).toBe(is));
