/** What the install of libtensorflow needs of the machine, asked before anything is fetched. */
import { InstallImpossible } from './errors.js';
import { runProgram } from './process.js';

/** A program and the arguments that come before ours: `['python3', '-m', 'pip']`. */
export type Invocation = readonly [string, ...string[]];

export interface Requirements {
  /** undefined when nothing is to be fetched. */
  readonly pip: Invocation | undefined;
  /** undefined when pip has to fetch one. */
  readonly compiler: Invocation | undefined;
}

export interface Platform {
  readonly os: string;
  readonly cpu: string;
  /** undefined on musl (Alpine). */
  readonly glibc: string | undefined;
}

export function thisPlatform(): Platform {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return { os: process.platform, cpu: process.arch, glibc: report.header?.glibcVersionRuntime };
}

/** The wheel is built for x86-64 Linux with glibc; everything else has WebAssembly. Throws InstallImpossible. */
export function checkPlatform(platform: Platform): void {
  const { os, cpu, glibc } = platform;
  if (os !== 'linux' || cpu !== 'x64') {
    throw new InstallImpossible(
      `no TensorFlow build for ${os} on ${cpu}: this version installs it on x86-64 Linux only`,
      'use the WebAssembly backend, or train on an x86-64 Linux machine',
    );
  }
  if (glibc === undefined) {
    throw new InstallImpossible(
      'this Linux has no glibc (musl, as on Alpine), which TensorFlow is built against',
      'use the WebAssembly backend, or a Debian, Ubuntu or Fedora based image',
    );
  }
}

/**
 * Finds pip and a C++17 compiler. Without a compiler pip can fetch one, so only what leaves no way is an error: no pip, while a
 * wheel (`needWheel`) or a compiler is still to be fetched. Throws InstallImpossible naming what is missing.
 */
export async function findRequirements(
  needWheel: boolean,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Requirements> {
  const compiler = await firstThatRuns(compilers(env), env, signal);
  const pip = needWheel || compiler === undefined ? await firstThatRuns(PIPS, env, signal) : undefined;
  if (pip !== undefined) return { pip, compiler };
  if (!needWheel && compiler !== undefined) return { pip, compiler };
  const alsoCompiler = compiler === undefined ? ', and no C++ compiler (g++, c++, clang++)' : '';
  throw new InstallImpossible(
    `no pip (looked for 'python3 -m pip', 'python -m pip', pip3 and pip on PATH)${alsoCompiler}`,
    `Debian, Ubuntu: apt-get install python3-pip${compiler === undefined ? ' g++' : ''}; then run: regrip engine install`,
  );
}

const PIPS: readonly Invocation[] = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];

function compilers(env: NodeJS.ProcessEnv): Invocation[] {
  const [named, ...flags] = (env['CXX'] ?? '').split(' ').filter((word) => word !== '');
  const standard: Invocation[] = [['g++'], ['c++'], ['clang++']];
  return named === undefined ? standard : [[named, ...flags], ...standard];
}

async function firstThatRuns(
  candidates: readonly Invocation[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Invocation | undefined> {
  for (const candidate of candidates) {
    const [program, ...args] = candidate;
    const { status } = await runProgram(program, [...args, '--version'], { env, signal, timeoutMs: 60_000 });
    if (status === 0) return candidate;
  }
  return undefined;
}
