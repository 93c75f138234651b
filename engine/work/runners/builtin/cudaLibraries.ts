/** Where a process finds the engine's CUDA libraries: the dynamic linker reads its path only once, when the process starts. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { engineFolder } from '../../../base/engineHome.js';

/**
 * `env` with the libraries of an installed CUDA engine on LD_LIBRARY_PATH and its assembler (ptxas) on PATH; `env` itself where
 * none is installed. libtensorflow's own run path covers what it opens itself, but not what those libraries open in turn. The user's
 * own entries come after it, so that another CUDA on the machine does not interfere.
 */
export function withCudaLibraries(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const nvidia = join(engineFolder(home, 'cuda12'), 'deps', 'nvidia');
  if (!existsSync(nvidia)) return env;
  const libraries = readdirSync(nvidia)
    .sort()
    .map((name) => join(nvidia, name, 'lib'))
    .filter((folder) => existsSync(folder));
  return {
    ...env,
    LD_LIBRARY_PATH: before(env['LD_LIBRARY_PATH'], libraries),
    PATH: before(env['PATH'], [join(nvidia, 'cuda_nvcc', 'bin')]),
  };
}

/** An empty entry would mean the current folder. */
function before(path: string | undefined, folders: readonly string[]): string {
  return [...folders, ...(path ?? '').split(delimiter).filter((entry) => entry !== '')].join(delimiter);
}
