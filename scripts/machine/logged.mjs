/** Runs a program whose output is kept in a file and shown only when it fails: what npm and apt said last is why. */
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'regrip');
const TAIL_LINES = 25;

/** Resolves with the exit status, 1 when the program did not start or was ended by a signal. The log is appended to. */
export function runLogged(log, program, args, env = {}, cwd = process.cwd()) {
  mkdirSync(dirname(log), { recursive: true });
  const file = openSync(log, 'a');
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ['ignore', file, file],
      env: { ...process.env, ...env },
      shell: process.platform === 'win32' && program === 'npm',
    });
    child.on('error', () => resolve(1));
    child.on('close', (status) => resolve(status ?? 1));
  }).finally(() => closeSync(file));
}

export function tailOf(log) {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return lines.slice(-TAIL_LINES).join('\n');
}
