/** A C++ compiler for machines without one: Zig's, which comes as a Python wheel and is discarded after the build. */

import { join } from 'node:path';
import { sizeText } from '../../base/shown.js';
import { extractWhole } from './extract.js';
import type { Invocation } from './requirements.js';
import { COMPILER_WHEEL } from './wheels.js';

export const ZIG_NOTE = `no C++ compiler found: using Zig's (${sizeText(COMPILER_WHEEL.bytes)}), with which the build takes one to two minutes`;

/** The space that the unpacked compiler and the C++ library it builds take during the build. */
export const ZIG_BYTES = 500e6;

/** Unpacks the compiler into `folder`. Throws InstallFailed when the wheel is damaged. */
export async function unpackCompiler(
  wheel: string,
  folder: string,
  signal?: AbortSignal,
): Promise<Invocation> {
  await extractWhole(wheel, folder, signal);
  return [join(folder, 'ziglang', 'zig'), 'c++'];
}

/** Zig builds its C++ library once into a cache, kept with it so that nothing is left behind. */
export function zigEnvironment(folder: string): NodeJS.ProcessEnv {
  return { ZIG_GLOBAL_CACHE_DIR: join(folder, 'cache'), ZIG_LOCAL_CACHE_DIR: join(folder, 'cache') };
}
