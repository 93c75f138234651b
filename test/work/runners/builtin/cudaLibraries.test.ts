import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withCudaLibraries } from '../../../../engine/work/runners/builtin/cudaLibraries.js';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'regrip-cuda-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('a worker finds the CUDA libraries of the engine before those of the machine', async () => {
  const nvidia = join(home, '2.16.2-cuda12', 'deps', 'nvidia');
  for (const part of ['cudnn/lib', 'cublas/lib', 'cuda_nvcc/bin'])
    await mkdir(join(nvidia, part), { recursive: true });
  const env = withCudaLibraries(
    { PATH: '/usr/bin', LD_LIBRARY_PATH: ':/usr/local/cuda-11/lib64', HOME: '/h' },
    home,
  );
  expect(env).toEqual({
    LD_LIBRARY_PATH: `${nvidia}/cublas/lib:${nvidia}/cudnn/lib:/usr/local/cuda-11/lib64`,
    PATH: `${nvidia}/cuda_nvcc/bin:/usr/bin`,
    HOME: '/h',
  });
});

test('without a CUDA engine nothing changes', () => {
  const env = { PATH: '/usr/bin' };
  expect(withCudaLibraries(env, home)).toBe(env);
});
