import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bindingPath, engineFolder } from '../../engine/backend/home.js';
import { type InstallOptions, installEngine } from '../../engine/install/install.js';
import { checkPlatform, findRequirements } from '../../engine/install/requirements.js';
import { WHEEL } from '../../engine/install/wheel.js';

let folder: string;
let home: string;
let bin: string;
let cache: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-install-'));
  home = join(folder, 'engine');
  bin = join(folder, 'bin');
  cache = join(folder, 'cache');
  await mkdir(bin);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const DEBIAN = { os: 'linux', cpu: 'x64', glibc: '2.36' };

function install(changes: Partial<InstallOptions> = {}): ReturnType<typeof installEngine> {
  const env = { PATH: bin, XDG_CACHE_HOME: cache };
  return installEngine({ home, env, log: () => {}, progress: () => {}, platform: DEBIAN, ...changes });
}

/** A program of this name on the PATH of the install. */
async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

async function installedByHand(): Promise<void> {
  const engine = engineFolder(home, 'cpu');
  await mkdir(join(engine, 'deps', 'lib'), { recursive: true });
  await mkdir(join(engine, 'lib', 'napi-v8'), { recursive: true });
  await writeFile(bindingPath(engine), '');
  await writeFile(join(engine, 'deps', 'lib', 'libtensorflow.so.2'), '');
}

describe('a machine that cannot have TensorFlow is told why, before anything is fetched', () => {
  test.each([
    [{ os: 'darwin', cpu: 'arm64', glibc: undefined }, 'darwin on arm64'],
    [{ os: 'linux', cpu: 'arm64', glibc: '2.36' }, 'linux on arm64'],
    [{ os: 'linux', cpu: 'x64', glibc: undefined }, 'musl'],
  ])('%o', (platform, reason) => {
    expect(() => checkPlatform(platform)).toThrow(reason);
  });

  test('no pip', async () => {
    await program('g++', 'exit 0');
    await expect(install()).rejects.toMatchObject({
      code: 'install-impossible',
      message: expect.stringContaining('no pip'),
      hint: expect.stringContaining('apt-get install python3-pip;'),
    });
  });

  test('neither pip nor a compiler', async () => {
    await expect(install()).rejects.toMatchObject({
      code: 'install-impossible',
      message: expect.stringContaining('and no C++ compiler'),
      hint: expect.stringContaining('python3-pip g++'),
    });
  });
});

test('pip without a compiler is enough: pip fetches one', async () => {
  await program('python3', 'exit 0');
  const found = await findRequirements(true, { PATH: bin });
  expect(found).toEqual({ pip: ['python3', '-m', 'pip'], compiler: undefined });
});

test('CXX names the compiler, with its flags', async () => {
  await program('my-c++', 'exit 0');
  const found = await findRequirements(false, { PATH: bin, CXX: 'my-c++ -march=x86-64-v3' });
  expect(found).toEqual({ pip: undefined, compiler: ['my-c++', '-march=x86-64-v3'] });
});

describe('a download that goes wrong', () => {
  test("shows pip's own last words and leaves nothing behind", async () => {
    await program('g++', 'exit 0');
    await program(
      'python3',
      'case "$*" in *--version) exit 0;; esac; echo "ERROR: no route to the index"; exit 1',
    );
    await expect(install()).rejects.toMatchObject({
      code: 'install-failed',
      message: expect.stringContaining('no route to the index'),
      hint: expect.stringContaining('--wheel'),
    });
    expect(await readdir(home)).toEqual([]);
    expect(await readdir(join(cache, 'regrip', 'wheels'))).toEqual([]);
  });

  test('a wheel that is not the pinned one is refused', async () => {
    await program('g++', 'exit 0');
    const wheel = join(folder, WHEEL.name);
    await writeFile(wheel, 'not a wheel');
    await expect(install({ wheel })).rejects.toThrow('is not the pinned wheel: its SHA-256 is');
    expect(await readdir(home)).toEqual([]);
  });

  test('a damaged wheel in the cache is fetched again', async () => {
    await program('g++', 'exit 0');
    await program('python3', 'case "$*" in *--version) exit 0;; esac; echo "asked pip"; exit 1');
    await mkdir(join(cache, 'regrip', 'wheels'), { recursive: true });
    await writeFile(join(cache, 'regrip', 'wheels', WHEEL.name), 'cut short');
    await expect(install()).rejects.toThrow('asked pip');
  });

  test('Ctrl-C stops it and cleans up', async () => {
    await program('g++', 'exit 0');
    await program(
      'python3',
      `case "$*" in *--version) exit 0;; esac; exec ${process.execPath} -e "setTimeout(()=>{},60000)"`,
    );
    const controller = new AbortController();
    const running = install({ signal: controller.signal });
    setTimeout(() => controller.abort(new Error('interrupted')), 300);
    await expect(running).rejects.toThrow('interrupted');
    expect(await readdir(join(cache, 'regrip', 'wheels'))).toEqual([]);
  });
});

describe('what earlier installs left', () => {
  test('a whole engine is kept and nothing is asked of the machine', async () => {
    await installedByHand();
    expect(await install()).toMatchObject({ outcome: 'already', folder: engineFolder(home, 'cpu') });
  });

  test('the half of a killed install is removed, the one of a running install is not', async () => {
    await installedByHand();
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    const killed = `.2.16.2-cpu.${hostname()}.${gone}.tmp`;
    const running = `.2.16.2-cpu.${hostname()}.${process.pid}.tmp`;
    const elsewhere = '.2.16.2-cpu.another-host.1.tmp';
    for (const name of [killed, running, elsewhere]) await mkdir(join(home, name));
    await install();
    expect((await readdir(home)).sort()).toEqual([elsewhere, running, '2.16.2-cpu'].sort());
  });
});
