import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bindingPath, engineFolder } from '../../../engine/base/engineHome.js';
import { type InstallOptions, installEngine } from '../../../engine/work/install/install.js';
import { askOnPath, checkPlatform, findRequirements } from '../../../engine/work/install/requirements.js';
import { ENGINE_PARTS } from '../../../engine/work/install/wheels.js';

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

const WHEEL = ENGINE_PARTS.cpu.wheels[0]!;
const DEBIAN = { os: 'linux', cpu: 'x64', glibc: '2.36' };

function install(changes: Partial<InstallOptions> = {}): ReturnType<typeof installEngine> {
  const env = { PATH: bin, XDG_CACHE_HOME: cache };
  return installEngine({
    home,
    flavour: 'cpu',
    env,
    log: () => {},
    progress: () => {},
    platform: DEBIAN,
    ...changes,
  });
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
  const env = { PATH: bin };
  const found = await findRequirements({ wheels: true, compilerWheel: true }, askOnPath(env), env);
  expect(found).toEqual({ pip: ['python3', '-m', 'pip'], compiler: undefined });
});

test('CXX names the compiler, with its flags', async () => {
  await program('my-c++', 'exit 0');
  const env = { PATH: bin, CXX: 'my-c++ -march=x86-64-v3' };
  const found = await findRequirements({ wheels: false, compilerWheel: true }, askOnPath(env), env);
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
      hint: expect.stringContaining('regrip engine wheels'),
    });
    expect(await readdir(home)).toEqual([]);
    expect(await readdir(join(cache, 'regrip', 'wheels'))).toEqual([]);
  });

  test('what pip brings is hashed again before it is used', async () => {
    await program('g++', 'exit 0');
    await program(
      'python3',
      `case "$*" in *--version) exit 0;; esac; while [ "$1" != --dest ]; do shift; done; echo no > "$2/${WHEEL.file}"`,
    );
    await expect(install()).rejects.toThrow(
      `pip did not download a ${WHEEL.file} with the SHA-256 ${WHEEL.sha256}`,
    );
    expect(await readdir(join(cache, 'regrip', 'wheels'))).toEqual([]);
  });

  test('a damaged wheel in the cache is fetched again', async () => {
    await program('g++', 'exit 0');
    await program('python3', 'case "$*" in *--version) exit 0;; esac; echo "asked pip"; exit 1');
    await mkdir(join(cache, 'regrip', 'wheels'), { recursive: true });
    await writeFile(join(cache, 'regrip', 'wheels', WHEEL.file), 'cut short');
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

describe('without a network, from a folder of wheels', () => {
  test('every file that is absent or damaged is named, and nothing is asked of pip', async () => {
    await program('g++', 'exit 0');
    const wheels = join(folder, 'wheels');
    await mkdir(wheels);
    await writeFile(join(wheels, 'nvidia_nccl_cu12-2.19.3-py3-none-manylinux1_x86_64.whl'), 'cut short');
    const failed = install({ wheels, flavour: 'cuda12' });
    await expect(failed).rejects.toMatchObject({
      code: 'wheels-missing',
      message: expect.stringContaining(`${wheels} lacks 13 of 13 wheels:`),
      hint: expect.stringContaining('regrip engine wheels DIR --cuda'),
    });
    await expect(failed).rejects.toThrow(
      'nvidia_cudnn_cu12-8.9.7.29-py3-none-manylinux1_x86_64.whl (nvidia-cudnn-cu12==8.9.7.29, 705 MB)',
    );
    await expect(failed).rejects.toThrow(
      'nvidia_nccl_cu12-2.19.3-py3-none-manylinux1_x86_64.whl (present, but',
    );
    expect(await readdir(wheels)).toHaveLength(1); // theirs, damaged or not
  });

  test('a machine without a compiler also needs the one among the wheels', async () => {
    await mkdir(join(folder, 'wheels'));
    await expect(install({ wheels: join(folder, 'wheels') })).rejects.toThrow('ziglang==0.13.0, 81 MB');
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

  test('what is not an engine and nobody knows is not replaced', async () => {
    await mkdir(join(engineFolder(home, 'cpu'), 'deps'), { recursive: true });
    await writeFile(join(engineFolder(home, 'cpu'), 'deps', 'notes.txt'), 'mine');
    await expect(install()).rejects.toMatchObject({
      code: 'install-impossible',
      message: expect.stringContaining('holds files that the installer did not write: deps/notes.txt'),
    });
    expect(existsSync(join(engineFolder(home, 'cpu'), 'deps', 'notes.txt'))).toBe(true);
  });
});
