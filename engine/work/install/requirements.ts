/** What installing libtensorflow requires of the machine, checked before anything is downloaded. */
import { InstallImpossible } from './installError.js';
import { type Finished, runProgram } from './process.js';

/** A program and the arguments that come before ours: `['python3', '-m', 'pip']`. */
export type Invocation = readonly [string, ...string[]];

export interface Requirements {
  /** undefined when nothing has to be downloaded. */
  readonly pip: Invocation | undefined;
  /** undefined when the compiler from a wheel has to be used. */
  readonly compiler: Invocation | undefined;
}

/** Runs a program with a few arguments and returns soon: how the machine is examined. */
export type Ask = (program: string, args: readonly string[]) => Promise<Finished>;

/** Runs programs from the PATH of `env`. */
export function askOnPath(env: NodeJS.ProcessEnv, signal?: AbortSignal): Ask {
  return (program, args) => runProgram(program, args, { env, signal, timeoutMs: 60_000 });
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

/** The wheel is built for x86-64 Linux with glibc; everything else must use WebAssembly. Throws InstallImpossible. */
export function checkPlatform(platform: Platform): void {
  const { os, cpu, glibc } = platform;
  if (os !== 'linux' || cpu !== 'x64') {
    throw new InstallImpossible(
      `there is no TensorFlow build for ${os} on ${cpu}: this version installs it only on x86-64 Linux`,
      'use the WebAssembly backend, or train on an x86-64 Linux machine',
    );
  }
  if (glibc === undefined) {
    throw new InstallImpossible(
      'this Linux uses musl (as on Alpine), but TensorFlow needs glibc',
      'use the WebAssembly backend, or an image based on Debian, Ubuntu or Fedora',
    );
  }
}

interface Need {
  /** Whether wheels still have to be downloaded. */
  readonly wheels: boolean;
  /** Whether a wheel with a compiler still has to be downloaded, should the machine not have one. */
  readonly compilerWheel: boolean;
}

/**
 * Finds pip and a C++17 compiler. Without a compiler, the one from a wheel is used, so the only error is a missing pip while
 * something still has to be downloaded. Throws InstallImpossible naming what is missing.
 */
export async function findRequirements(need: Need, ask: Ask, env: NodeJS.ProcessEnv): Promise<Requirements> {
  const compiler = await findCompiler(ask, env);
  const toFetch = need.wheels || (compiler === undefined && need.compilerWheel);
  const pip = toFetch ? await findPip(ask) : undefined;
  if (pip !== undefined || !toFetch) return { pip, compiler };
  const alsoCompiler = compiler === undefined ? ', and no C++ compiler (g++, c++, clang++)' : '';
  throw new InstallImpossible(`${NO_PIP}${alsoCompiler}`, pipFix(compiler === undefined));
}

export const NO_PIP = "no pip (looked for 'python3 -m pip', 'python -m pip', pip3 and pip on PATH)";

/** The command that installs what is missing on the distributions that most robots run. */
export function pipFix(compilerToo: boolean): string {
  return `Debian, Ubuntu: apt-get install python3-pip${compilerToo ? ' g++' : ''}; then run: regrip engine install`;
}

export function findPip(ask: Ask): Promise<Invocation | undefined> {
  return firstThatRuns([['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']], ask);
}

/** CXX, with its flags, comes first. */
export function findCompiler(ask: Ask, env: NodeJS.ProcessEnv): Promise<Invocation | undefined> {
  const [named, ...flags] = (env['CXX'] ?? '').split(' ').filter((word) => word !== '');
  const standard: Invocation[] = [['g++'], ['c++'], ['clang++']];
  return firstThatRuns(named === undefined ? standard : [[named, ...flags], ...standard], ask);
}

async function firstThatRuns(candidates: readonly Invocation[], ask: Ask): Promise<Invocation | undefined> {
  for (const candidate of candidates) {
    const [program, ...args] = candidate;
    const { status } = await ask(program, [...args, '--version']);
    if (status === 0) return candidate;
  }
  return undefined;
}
