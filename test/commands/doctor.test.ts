import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DoctorReport } from '../../engine/work/doctor/report.js';
import { regrip } from './call.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-doctor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Types a call on a machine without an engine, pip, compiler or driver, in a folder of its own. */
const type = (path: string, ...args: string[]) =>
  regrip(['doctor', ...args], {
    cwd: folder,
    env: { REGRIP_ENGINE_HOME: folder, XDG_CACHE_HOME: folder, PATH: path, NO_COLOR: '1' },
  });

async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('regrip doctor on a bare machine', () => {
  test('says what runs, what is missing and what mends it; WebAssembly is enough for exit code 0', {
    tags: 'engine',
  }, async () => {
    const { code, out, err } = await type('');
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/^convert +(ok|warning) /);
    expect(out).toMatch(/^finetune on WebAssembly +slow /m);
    expect(out).toMatch(/^your own train\.py +missing +python3 was not found\n +→ /m);
    expect(out).toMatch(/Every main job can run here\.\n$/);
  });

  test('--json is one document', { tags: 'engine' }, async () => {
    const { out } = await type('', '--json');
    const report = JSON.parse(out) as DoctorReport;
    expect(report.ok).toBe(true);
    expect(report.jobs).toHaveLength(8);
    for (const row of report.jobs.filter(({ state }) => state === 'missing')) expect(row.fix).toBeDefined();
  });

  test('--python asks another interpreter', async () => {
    await program('my-python', `echo 'regrip {"python":"3.9.19","path":"/opt/p","missing":["torch"]}'`);
    const { out } = await type('', '--python', './my-python');
    expect(out).toContain('Python 3.9.19 (/opt/p): torch missing');
  });

  test('a program of the current folder is never run, even when PATH has a dot', async () => {
    const traces = join(folder, 'traces');
    for (const name of ['python3', 'g++', 'nvidia-smi', 'busctl'])
      await program(name, `echo ${name} >> ${traces}`);
    await type('.:');
    await expect(readFile(traces)).rejects.toThrow('ENOENT');
  });

  test('an unknown option is a wrong call', async () => {
    expect((await type('', '--fast')).code).toBe(2);
  });
});
