import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeLock } from '../../../engine/base/lock.js';
import {
  type CodeSource,
  codeVersion,
  copiedCode,
  extensionSource,
} from '../../../engine/wire/connect/codeFolder.js';
import { whichNode } from '../../../engine/wire/connect/whichNode.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-start-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, text: string, mode = 0o644): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

describe('the Node that runs the engine', () => {
  const node = (name: string, version: string) => put(name, `#!/bin/sh\necho ${version}\n`, 0o755);
  const ask = (path: string, setting?: string) =>
    whichNode({
      setting,
      engineHome: join(folder, 'engine'),
      env: { PATH: path },
      share: join(folder, 'share'),
    });

  test('is what the setting names', async () => {
    const setting = await node('mine/node20', 'v20.15.0');
    expect(await ask('', setting)).toEqual({ path: setting, env: {}, from: 'setting' });
  });

  test.each([
    ['v18.20.0', 'is Node 18.20.0'],
    ['hello', 'is not a working Node'],
  ])('is not a setting that says %s, which is an error', async (version, message) => {
    const setting = await node('mine/node', version);
    await expect(ask('', setting)).rejects.toMatchObject({
      code: 'node-setting',
      file: setting,
      message: `${setting}: ${message}`,
    });
  });

  test("is the installed engine's own before that on PATH", async () => {
    const own = await node('engine/node/bin/node', 'v22.1.0');
    await node('bin/node', 'v22.2.0');
    expect(await ask(join(folder, 'bin'))).toMatchObject({ path: own, from: 'engine' });
  });

  test('is the first on PATH that is new enough', async () => {
    await node('old/node', 'v20.14.9');
    await put('text/node', 'no program');
    const good = await node('good/node', 'v20.15.0');
    const path = ['old', 'text', '', 'none', 'good']
      .map((name) => (name === '' ? '' : join(folder, name)))
      .join(':');
    expect(await ask(path)).toMatchObject({ path: good, from: 'path' });
  });

  test("is else a copy of this process's, which an update does not take away", async () => {
    const found = await ask('');
    expect(found).toMatchObject({ from: 'this', env: {} });
    expect(found.path.startsWith(join(folder, 'share/node'))).toBe(true);
    expect((await stat(found.path)).size).toBe((await stat(process.execPath)).size);
    expect(await ask('')).toEqual(found);
  });
});

describe('the code that runs', () => {
  async function extension(text = 'first'): Promise<CodeSource> {
    await put('vsix/package.json', '{"version": "1.2.3", "type": "module"}');
    await put('vsix/dist/engine/main.js', text);
    await put('vsix/dist/engine/main.js.map', '{}');
    await put('vsix/dist/node_modules/sharp/build/sharp.node', 'binary');
    return extensionSource(join(folder, 'vsix'));
  }

  test('lies in a folder of its version and content, packages included, after the extension has gone', async () => {
    const source = await extension();
    const version = await codeVersion(source);
    expect(version).toMatch(/^1\.2\.3-[0-9a-f]{16}$/);
    const entry = await copiedCode(source, version, join(folder, 'code'));
    expect(entry).toBe(join(folder, 'code', version, 'dist/engine/main.js'));
    await rm(join(folder, 'vsix'), { recursive: true });
    expect(await readFile(entry, 'utf8')).toBe('first');
    expect(await readdir(dirname(entry))).toEqual(['main.js']);
    const sharp = join(folder, 'code', version, 'dist/node_modules/sharp/build/sharp.node');
    expect(await readFile(sharp, 'utf8')).toBe('binary');
    expect(await readdir(join(folder, 'code'))).toEqual([version]);
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
    await utimes(join(folder, 'code/0.0.1-aaaa'), old, old);
    const version = await codeVersion(source);
    const copy = () => copiedCode(source, version, join(folder, 'code'));
    const [a, b] = await Promise.all([copy(), copy()]);
    expect(a).toBe(b);
    expect(await readdir(join(folder, 'code'))).toEqual([version]);
  });

  test('that is not there is an error that says what to do', async () => {
    const source = await extension();
    await rm(join(folder, 'vsix/dist'), { recursive: true });
    await expect(copiedCode(source, 'x', join(folder, 'code'))).rejects.toMatchObject({
      code: 'engine-code-missing',
      hint: expect.stringContaining('reinstall the extension'),
    });
  });
});

describe('a lock', () => {
  const path = () => join(folder, 'lock');

  test('has one holder, and is free after its release', async () => {
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeLock(path())));
    const held = taken.flatMap((one) => ('release' in one ? [one] : []));
    expect(held).toHaveLength(1);
    expect(taken.filter((one) => 'pid' in one && one.pid === process.pid)).toHaveLength(7);
    await held[0]!.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('whose guard was left by a process that was killed is taken over all the same', async () => {
    await writeFile(path(), '');
    await writeFile(`${path()}.guard`, '');
    expect(await takeLock(path())).toHaveProperty('release');
  });

  test.each([
    ['a process that is gone', '{"pid": 4194303, "birth": "x"}'],
    ['nobody', ''],
    ['nonsense', '{"pid": "one"}'],
  ])('that names %s is taken over, by one of many', async (_whom, text) => {
    await writeFile(path(), text);
    const taken = await Promise.all(Array.from({ length: 8 }, () => takeLock(path())));
    expect(taken.filter((one) => 'release' in one)).toHaveLength(1);
    expect(await readdir(folder)).toEqual(['lock']);
  });
});
