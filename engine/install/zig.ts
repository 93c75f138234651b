/** A C++ compiler for machines that have none: Zig's, which comes as a Python wheel and is thrown away after the build. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InstallFailed } from './errors.js';
import { lastLines, runProgram } from './process.js';
import type { Invocation } from './requirements.js';

/** The wheel for x86-64 Linux, of which pip itself checks the hash. */
const REQUIREMENT =
  'ziglang==0.13.0 --hash=sha256:3ce0c9f16547e5d61b32e0d226926e9a2552ef4b91fccf7ab5ea1a623a77824b\n';

export const ZIG_NOTE =
  'no C++ compiler here: fetching one through pip (81 MB), with which the build takes one to two minutes';

/** Puts the compiler into `folder`. Throws InstallFailed with pip's own last words. */
export async function fetchCompiler(
  folder: string,
  pip: Invocation,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Invocation> {
  await mkdir(folder, { recursive: true });
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, REQUIREMENT);
  const [program, ...args] = pip;
  const options = ['--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--only-binary=:all:'];
  const { status, output } = await runProgram(
    program,
    [...args, 'install', '-q', ...options, '--require-hashes', '--target', folder, '-r', requirements],
    { env: { ...env, TMPDIR: folder }, signal },
  );
  if (status === 0) return [join(folder, 'ziglang', 'zig'), 'c++'];
  throw new InstallFailed(
    `no C++ compiler on PATH, and pip could not fetch one: ${lastLines(output)}`,
    'Debian, Ubuntu: apt-get install g++; then run: regrip engine install',
  );
}

/** Zig builds its C++ library once into a cache: kept with it, so that nothing stays behind. */
export function zigEnvironment(folder: string): NodeJS.ProcessEnv {
  return { ZIG_GLOBAL_CACHE_DIR: join(folder, 'cache'), ZIG_LOCAL_CACHE_DIR: join(folder, 'cache') };
}
