/** What the install of libtensorflow needs of the machine, asked before anything is fetched. */
import { InstallImpossible } from './errors.js';
import { runProgram } from './process.js';

/** A program and the arguments that come before ours: `['python3', '-m', 'pip']`. */
export type Invocation = readonly [string, ...string[]];

export interface Requirements {
  readonly pip: Invocation | undefined;
  readonly compiler: Invocation;
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

/** Finds pip (not asked for when a wheel is at hand) and a C++17 compiler. Throws InstallImpossible naming what is missing. */
export async function findRequirements(
  needPip: boolean,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Requirements> {
  const compiler = await firstThatRuns(compilers(env), env, signal);
  if (compiler === undefined) {
    throw new InstallImpossible(
      'no C++ compiler (looked for g++, c++ and clang++ on PATH), which builds the binding',
      'Debian, Ubuntu: apt-get install g++; then run: regrip engine install',
    );
  }
  const pip = needPip ? await firstThatRuns(PIPS, env, signal) : undefined;
  if (needPip && pip === undefined) {
    throw new InstallImpossible(
      "no pip (looked for 'python3 -m pip', 'python -m pip', pip3 and pip on PATH), which fetches TensorFlow",
      'Debian, Ubuntu: apt-get install python3-pip; then run: regrip engine install',
    );
  }
  return { pip, compiler };
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
