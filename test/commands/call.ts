/** Types a call of the command line in this process, as a terminal without colours would. */
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
