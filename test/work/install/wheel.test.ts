import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sizeText } from '../../../engine/base/shown.js';
import { requireSpace } from '../../../engine/work/install/space.js';
import { downloadWheels, missingWheels } from '../../../engine/work/install/wheel.js';
import { ENGINE_PARTS, totalBytes, type Wheel } from '../../../engine/work/install/wheels.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-wheels-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A pinned wheel whose content is its own name. */
function wheel(name: string): Wheel {
  const sha256 = createHash('sha256').update(name).digest('hex');
  return { requirement: `${name}==1`, file: `${name}-1.whl`, bytes: name.length, sha256 };
}
const WHEELS = [wheel('alpha'), wheel('beta'), wheel('gamma')];

/** A pip that writes the wheel that its requirements file names, notes the name, and dies at `brokenAt`. */
async function pip(brokenAt: string): Promise<readonly [string]> {
  const path = join(folder, `pip-${brokenAt}`);
  const script = [
    '#!/bin/sh',
    'while [ "$1" != --dest ]; do shift; done',
    'read -r line < "$4"',
    'name="${line%%==*}"',
    `echo "$name" >> ${join(folder, 'asked')}`,
    `[ "$name" = "${brokenAt}" ] && { echo "ERROR: connection reset"; exit 1; }`,
    'printf %s "$name" > "$2/$name-1.whl"',
  ];
  await writeFile(path, script.join('\n'));
  await chmod(path, 0o755);
  return [path];
}

const download = async (brokenAt: string): Promise<void> => {
  const cache = join(folder, 'cache');
  const missing = await missingWheels(cache, WHEELS);
  await downloadWheels(cache, missing, { pip: await pip(brokenAt), env: process.env, progress: () => {} });
};

describe('a download that breaks off', () => {
  test('goes on with the first wheel that is not whole', async () => {
    await expect(download('beta')).rejects.toThrow('pip could not download beta==1: ERROR: connection reset');
    expect(await readdir(join(folder, 'cache'))).toEqual(['alpha-1.whl']);
    await download('none');
    expect((await readdir(join(folder, 'cache'))).sort()).toEqual(WHEELS.map(({ file }) => file).sort());
    expect(await readFile(join(folder, 'asked'), 'utf8')).toBe('alpha\nbeta\nbeta\ngamma\n');
  });

  test('a damaged wheel is fetched again, a whole one is not touched', async () => {
    await download('none');
    await writeFile(join(folder, 'cache', 'beta-1.whl'), 'beto'); // same size, other bytes
    const before = await stat(join(folder, 'cache', 'alpha-1.whl'));
    await download('none');
    expect(await readFile(join(folder, 'cache', 'beta-1.whl'), 'utf8')).toBe('beta');
    expect((await stat(join(folder, 'cache', 'alpha-1.whl'))).mtimeMs).toBe(before.mtimeMs);
  });

  test('what a killed one left is cleared by the next', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    await mkdir(join(folder, 'cache', `.download.${hostname()}.${gone}.tmp`), { recursive: true });
    await download('none');
    expect((await readdir(join(folder, 'cache'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

test('the sizes that are told before a download', () => {
  expect(sizeText(totalBytes(ENGINE_PARTS.cpu.wheels))).toBe('214 MB');
  expect(sizeText(totalBytes(ENGINE_PARTS.cuda12.wheels))).toBe('2.4 GB');
  expect(new Set(ENGINE_PARTS.cuda12.wheels.map(({ sha256 }) => sha256)).size).toBe(13);
});

describe('a full disk is found out before anything is fetched', () => {
  const demands = (): Parameters<typeof requireSpace>[0] => [
    { folder: join(folder, 'not', 'yet'), bytes: 632e6, what: 'the engine', variable: 'REGRIP_ENGINE_HOME' },
    { folder, bytes: 214e6, what: 'wheels', variable: 'XDG_CACHE_HOME' },
  ];

  test('folders on one disk share what is free', async () => {
    const full = requireSpace(demands(), async () => 800e6);
    await expect(full).rejects.toMatchObject({
      code: 'install-impossible',
      message: expect.stringMatching(
        /needs 846 MB \(632 MB for the engine in .*, 214 MB for wheels in .*\), but only 800 MB are free/,
      ),
      hint: expect.stringContaining('REGRIP_ENGINE_HOME or XDG_CACHE_HOME'),
    });
  });

  test('enough is enough', async () => {
    await requireSpace(demands(), async () => 846e6);
  });
});
