import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInterpreter } from '../../../../engine/work/runners/python/interpreter.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-interpreter-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A program that answers as the probe would: its version and what it lacks. */
async function answering(name: string, answer: string, status = 0): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "${answer}"\necho "${name} broke" >&2\nexit ${status}\n`, {
    mode: 0o755,
  });
  return path;
}
const find = (named: string | undefined, env: NodeJS.ProcessEnv) =>
  findInterpreter(named, { env, cwd: folder });

test('the named one, else REGRIP_PYTHON, else the active environment, else PATH', async () => {
  const named = await answering('named', 'regrip 3.8.0');
  const variable = await answering('variable', 'regrip 3.9.0');
  await answering('conda/bin/python', 'regrip 3.10.0');
  await answering('venv/bin/python', 'regrip 3.11.0');
  await answering('path/python3', 'regrip 3.12.0');
  const path = { PATH: `${join(folder, 'path')}:/usr/bin:/bin` };
  const active = { ...path, CONDA_PREFIX: join(folder, 'conda'), VIRTUAL_ENV: join(folder, 'venv') };
  const version = async (...asked: Parameters<typeof find>) => (await find(...asked)).version;
  expect(await version(named, { ...active, REGRIP_PYTHON: variable })).toBe('3.8.0');
  expect(await version(undefined, { ...active, REGRIP_PYTHON: variable })).toBe('3.9.0');
  expect(await version(undefined, active)).toBe('3.11.0');
  expect(await version(undefined, { ...path, CONDA_PREFIX: join(folder, 'conda') })).toBe('3.10.0');
  expect(await find(undefined, { ...path, VIRTUAL_ENV: '' })).toEqual({
    executable: 'python3',
    version: '3.12.0',
  });
});

test('where two environments are active, the one that has what it takes', async () => {
  await answering('base/bin/python', 'regrip 3.10.0 torch');
  await answering('own/bin/python', 'regrip 3.11.0');
  const env = { PATH: '/usr/bin:/bin', CONDA_PREFIX: join(folder, 'base'), VIRTUAL_ENV: join(folder, 'own') };
  expect((await find(undefined, env)).version).toBe('3.11.0');
});

test('of two that have what it takes, the one whose python comes first on PATH', async () => {
  await answering('base/bin/python', 'regrip 3.10.0');
  await answering('own/bin/python', 'regrip 3.11.0');
  const [base, own] = [join(folder, 'base'), join(folder, 'own')];
  const version = async (...first: readonly string[]) => {
    const PATH = [...first.map((one) => join(one, 'bin')), '/usr/bin', '/bin'].join(delimiter);
    return (await find(undefined, { PATH, CONDA_PREFIX: base, VIRTUAL_ENV: own })).version;
  };
  expect(await version(own, base)).toBe('3.11.0');
  expect(await version(base, own)).toBe('3.10.0');
  expect(await version()).toBe('3.11.0');
});

test('what it lacks, and that it breaks, is said with its own words', async () => {
  const env = { PATH: '/usr/bin:/bin' };
  await expect(find(await answering('poor', 'regrip 3.10.0 hydra'), env)).rejects.toMatchObject({
    code: 'python-lacks',
    hint: expect.stringMatching(/poor -m pip install hydra-core$/),
  });
  await expect(find(await answering('broken', '', 1), env)).rejects.toMatchObject({
    code: 'python-missing',
    message: expect.stringContaining('broken cannot be started: broken broke'),
  });
  await expect(find(await answering('odd', 'hello'), env)).rejects.toThrow('it answered "hello');
});
