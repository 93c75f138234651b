/** Which Python trains: the one given, else that of the active environment, else the first on PATH with the required modules. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { RegripError, throwIfAborted } from '../../../base/errors.js';
import { engineEnvironment } from '../../../base/process.js';
import { quoted } from '../../../base/shell.js';
import { WorkError } from '../../workError.js';

export interface Interpreter {
  readonly executable: string;
  readonly version: string;
}

interface InterpreterPlace {
  readonly env: NodeJS.ProcessEnv;
  /** Where training starts: packages in this folder count. */
  readonly cwd: string;
  readonly signal?: AbortSignal;
}

/** Module → the package that brings it. */
const NEEDED = { torch: 'torch', hydra: 'hydra-core' } as const;
/** Finds modules without importing them, since importing torch takes several seconds. */
const PROBE = `import sys, importlib.util as u; print('regrip', sys.version.split()[0], *[m for m in ${JSON.stringify(Object.keys(NEEDED))} if u.find_spec(m) is None])`;
/** Enough for a network drive to wake up; stops an interpreter that waits for input for ever. */
const PROBE_MS = 60_000;

/** Throws `python-missing` or `python-lacks`. */
export async function findInterpreter(
  named: string | undefined,
  place: InterpreterPlace,
): Promise<Interpreter> {
  const candidates = candidatesOf(named, place.env);
  const problems: RegripError[] = [];
  for (const candidate of candidates) {
    const found = await probe(candidate, place);
    throwIfAborted(place.signal);
    if (!(found instanceof RegripError)) return found;
    problems.push(found);
  }
  // An interpreter that starts but lacks a module gives a better message than a missing one.
  throw problems.find(({ code }) => code === 'python-lacks') ?? problems[0]!;
}

/** The chosen interpreter, even where none has the required modules, so that a report can say what is missing. */
export async function meantInterpreter(named: string | undefined, place: InterpreterPlace): Promise<string> {
  try {
    return (await findInterpreter(named, place)).executable;
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    return candidatesOf(named, place.env)[0]!;
  }
}

/** The file that its name stands for, so that another environment finds the same. */
export async function interpreterPath(executable: string, { env, cwd }: InterpreterPlace): Promise<string> {
  if (/[\\/]/.test(executable)) return resolve(cwd, executable);
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const file = resolve(cwd, folder, executable);
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() === true && (found.mode & 0o111) !== 0) return file;
  }
  return executable;
}

/** An interpreter that was given is the only candidate: another would train in an unintended environment. */
function candidatesOf(named: string | undefined, env: NodeJS.ProcessEnv): readonly string[] {
  const only = named ?? (env['REGRIP_PYTHON'] || undefined);
  if (only !== undefined) return [only];
  const active = activeEnvironments(env).flatMap((folder) =>
    executablesOf(folder).filter((file) => existsSync(file)),
  );
  return active.length > 0 ? active : ['python3', 'python'];
}

/** In PATH order: in a virtual environment on top of conda's base, `python` is the environment's own. */
function activeEnvironments(env: NodeJS.ProcessEnv): readonly string[] {
  const path = (env['PATH'] ?? '').split(delimiter);
  const place = (folder: string): number => {
    const found = path.indexOf(dirname(executablesOf(folder)[0]!));
    return found < 0 ? path.length : found;
  };
  const folders = [env['VIRTUAL_ENV'], env['CONDA_PREFIX']].filter(
    (folder) => folder !== undefined && folder !== '',
  );
  return (folders as string[]).sort((a, b) => place(a) - place(b));
}

function executablesOf(folder: string): readonly string[] {
  return process.platform === 'win32'
    ? [join(folder, 'Scripts', 'python.exe'), join(folder, 'python.exe')]
    : [join(folder, 'bin', 'python')];
}

const execute = promisify(execFile);

async function probe(executable: string, { env, cwd, signal }: InterpreterPlace) {
  try {
    const { stdout } = await execute(executable, ['-c', PROBE], {
      env: engineEnvironment(env),
      cwd,
      timeout: PROBE_MS,
      ...(signal && { signal }),
    });
    // A sitecustomize module may print something first.
    const answer = stdout.split('\n').find((line) => line.startsWith('regrip '));
    const [version, ...lacking] = answer?.trim().split(' ').slice(1) ?? [];
    if (version === undefined)
      return missing(executable, `it answered ${JSON.stringify(stdout.slice(0, 80))}`);
    return lacking.length === 0 ? { executable, version } : lacks(executable, version, lacking);
  } catch (error) {
    return missing(executable, whyNot(error as NodeJS.ErrnoException & { readonly stderr?: string }));
  }
}

function whyNot({ code, message, stderr }: NodeJS.ErrnoException & { readonly stderr?: string }): string {
  if (code === 'ENOENT') return 'there is no such program';
  const last = stderr?.trim().split('\n').at(-1);
  return last === undefined || last === '' ? message : last;
}

function missing(executable: string, why: string): RegripError {
  return new WorkError({
    code: 'python-missing',
    message: `the Python interpreter ${executable} cannot be started: ${why}`,
    hint: 'give the one to train with: --python /path/to/environment/bin/python, or REGRIP_PYTHON; or activate its environment first',
  });
}

function lacks(executable: string, version: string, modules: readonly string[]): RegripError {
  const packages = modules.map((name) => NEEDED[name as keyof typeof NEEDED]);
  return new WorkError({
    code: 'python-lacks',
    message: `${executable} (Python ${version}) is missing ${modules.join(', ')}`,
    hint: `give the interpreter to train with as --python, activate its environment, or install: ${quoted(executable)} -m pip install ${packages.join(' ')}`,
  });
}
