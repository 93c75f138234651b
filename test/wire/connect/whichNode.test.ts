import { chmod, stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { whichNode } from '../../../engine/wire/connect/whichNode.js';
import { ownFolder } from '../../ownFolder.js';

const folder = ownFolder();

async function put(name: string, text: string, mode = 0o644): Promise<string> {
  await folder.write({ [name]: text });
  await chmod(folder.path(name), mode);
  return folder.path(name);
}

describe('the Node that runs the engine', () => {
  const node = (name: string, version: string) => put(name, `#!/bin/sh\necho ${version}\n`, 0o755);
  const ask = (path: string, setting?: string) =>
    whichNode({
      setting,
      engineHome: folder.path('engine'),
      env: { PATH: path },
      share: folder.path('share'),
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
    expect(await ask(folder.path('bin'))).toMatchObject({ path: own, from: 'engine' });
  });

  test('is the first on PATH that is new enough', async () => {
    await node('old/node', 'v20.14.9');
    await put('text/node', 'no program');
    const good = await node('good/node', 'v20.15.0');
    const path = ['old', 'text', '', 'none', 'good']
      .map((name) => (name === '' ? '' : folder.path(name)))
      .join(':');
    expect(await ask(path)).toMatchObject({ path: good, from: 'path' });
  });

  test("is else a copy of this process's, which an update does not take away", async () => {
    const found = await ask('');
    expect(found).toMatchObject({ from: 'this', env: {} });
    expect(found.path.startsWith(folder.path('share/node'))).toBe(true);
    expect((await stat(found.path)).size).toBe((await stat(process.execPath)).size);
    expect(await ask('')).toEqual(found);
  });
});
