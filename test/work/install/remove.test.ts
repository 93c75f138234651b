import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bindingPath, engineFolder, isInstalled } from '../../../engine/base/engineHome.js';
import { writeManifest } from '../../../engine/work/install/manifest.js';
import { removeEngine } from '../../../engine/work/install/remove.js';
import { usersOf } from '../../../engine/work/install/users.js';
import { regrip } from '../../commands/call.js';

let folder: string;
let home: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'regrip-remove-')));
  home = join(folder, 'engine');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function installed(flavour: 'cpu' | 'cuda12'): Promise<string> {
  const engine = engineFolder(home, flavour);
  for (const path of [bindingPath(engine), join(engine, 'deps', 'lib', 'libtensorflow.so.2')]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'x'.repeat(500_000));
  }
  await writeManifest(engine);
  return engine;
}

const type = (...args: string[]) =>
  regrip(['engine', 'remove', ...args], {
    cwd: folder,
    env: { REGRIP_ENGINE_HOME: home, XDG_CACHE_HOME: join(folder, 'cache'), PATH: '' },
  });

describe('regrip engine remove', () => {
  test('takes the engine that it names, and leaves the other', async () => {
    const cpu = await installed('cpu');
    await installed('cuda12');
    expect(await type()).toEqual({ code: 0, out: `removed ${cpu} (1 MB)\n`, err: '' });
    expect(await readdir(home)).toEqual(['2.16.2-cuda12']);
    expect((await type('--cuda')).code).toBe(0);
    expect(await readdir(home)).toEqual([]);
    expect((await type()).out).toBe(`nothing to remove in ${home}\n`);
  });

  test('--all also clears the cached wheels, but only those that an install would fetch', async () => {
    await installed('cpu');
    await installed('cuda12');
    const wheels = join(folder, 'cache', 'regrip', 'wheels');
    await mkdir(wheels, { recursive: true });
    await writeFile(join(wheels, 'nvidia_nccl_cu12-2.19.3-py3-none-manylinux1_x86_64.whl'), '');
    await writeFile(join(wheels, 'mine.whl'), '');
    const { out } = await type('--all', '--json');
    expect((JSON.parse(out) as { removed: { folder: string }[] }).removed.map((part) => part.folder)).toEqual(
      [engineFolder(home, 'cpu'), engineFolder(home, 'cuda12'), wheels],
    );
    expect(await readdir(wheels)).toEqual(['mine.whl']);
  });

  test('a file that no install wrote is kept and named; nothing else remains', async () => {
    const engine = await installed('cpu');
    await writeFile(join(engine, 'deps', 'notes.txt'), 'mine');
    expect((await type()).out).toContain('kept, not written by the installer: deps/notes.txt');
    expect(await readdir(engine, { recursive: true })).toEqual(['deps', 'deps/notes.txt']);
    expect(isInstalled(home, 'cpu')).toBe(false);
    expect((await type()).out).toContain('nothing to remove');
  });

  test('an engine without a list is not touched', async () => {
    const engine = await installed('cpu');
    await rm(join(engine, 'regrip-engine.json'));
    const { code, err } = await type();
    expect(code).toBe(1);
    expect(err).toContain('cannot determine what was installed here');
    expect(isInstalled(home, 'cpu')).toBe(true);
  });

  test('a list that names files elsewhere removes nothing there', async () => {
    const engine = await installed('cpu');
    const outside = join(folder, 'precious');
    await writeFile(outside, '');
    await writeFile(
      join(engine, 'regrip-engine.json'),
      JSON.stringify({ files: ['../../precious', outside] }),
    );
    await type();
    expect(existsSync(outside)).toBe(true);
  });

  test('--all with --cuda is a wrong call', async () => {
    expect((await type('--all', '--cuda')).code).toBe(2);
  });
});

test('an engine that a training has loaded stays', async () => {
  await installed('cpu');
  const busy = removeEngine(home, 'cpu', async () => [4711]);
  await expect(busy).rejects.toMatchObject({
    code: 'engine-in-use',
    message: expect.stringContaining('in use by process 4711'),
  });
  expect(isInstalled(home, 'cpu')).toBe(true);
});

test('the users of an engine are the processes that map one of its files', async () => {
  const processes = join(folder, 'proc');
  const maps = async (pid: string, text: string): Promise<void> => {
    await mkdir(join(processes, pid), { recursive: true });
    await writeFile(join(processes, pid, 'maps'), text);
  };
  await maps('12', `7f00-7f01 r-xp 0 08:01 5 ${home}/2.16.2-cpu/deps/lib/libtensorflow_cc.so.2\n`);
  await maps('13', `7f00-7f01 r-xp 0 08:01 5 ${home}/2.16.2-cpu-old/deps/lib/libtensorflow_cc.so.2\n`);
  await mkdir(join(processes, '14')); // another user's: no maps to read
  await maps('self', `${home}/2.16.2-cpu/x`);
  expect(await usersOf(join(home, '2.16.2-cpu'), processes)).toEqual([12]);
});
