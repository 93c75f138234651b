/** `--runner torch` of the commands: whose PyTorch computes, and where the project's own modules are. */
import { resolve } from 'node:path';
import { UsageError } from '../base/errors.js';
import type { TorchPlace } from '../wire/workerMessages.js';
import { findInterpreter } from '../work/runners/python/interpreter.js';
import type { Io } from './command.js';

/** `folder` is where the project's train.py would be started. Throws `python-missing`, `python-lacks`. */
export async function findTorch(
  named: string | undefined,
  folder: string,
  { cwd, env, signal }: Io,
): Promise<TorchPlace> {
  const python = givenPython(named, cwd);
  const { executable } = await findInterpreter(python, { env, cwd: folder, signal });
  return { python: executable, folders: [folder] };
}

/** `--python` as it is started from another folder: a bare name is looked up on PATH. */
export function givenPython(named: string | undefined, cwd: string): string | undefined {
  return named !== undefined && /[\\/]/.test(named) ? resolve(cwd, named) : named;
}

export interface RunnerCall {
  readonly runner: 'builtin' | 'torch';
  readonly python?: string;
  readonly backend?: string;
}

/** Of a command that measures a policy; the project is in the folder where it is called. */
export async function torchOf(
  { runner, python, backend }: RunnerCall,
  io: Io,
): Promise<TorchPlace | undefined> {
  if (runner === 'torch' && backend !== undefined)
    throw new UsageError(
      '--backend needs --runner builtin',
      'choose the device of PyTorch with the override training.device',
    );
  if (runner === 'torch') return findTorch(python, io.cwd, io);
  if (python !== undefined) throw new UsageError('--python needs --runner torch');
  return undefined;
}
