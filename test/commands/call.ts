/** Types a call of the command line in this process, as a terminal without colours would. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { run } from '../../engine/commands/program.js';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function regrip(
  args: readonly string[],
  place: { readonly cwd: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Answer> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    interactive: false,
    signal: new AbortController().signal,
    env: place.env ?? {},
    cwd: place.cwd,
  });
  return { code, out: out.join(''), err: err.join('') };
}

const CLI = fileURLToPath(new URL('../../out/engine/cli.js', import.meta.url));

/** Types a call in a process of its own, as commands need whose work is done by a worker; built first (`npm run build`). */
export function regripProcess(args: readonly string[], cwd: string): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    encoding: 'utf8',
    cwd,
    timeout: 300_000,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 26,
  });
  return { code: status ?? -1, out: stdout, err: stderr };
}
