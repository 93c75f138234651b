/** Runs one helper program to its end, keeping its output for the error message. */
import { spawn } from 'node:child_process';

export interface Finished {
  /** Exit status; undefined when it did not start or a signal ended it. */
  readonly status: number | undefined;
  /** The last part of stdout and stderr together. */
  readonly output: string;
}

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** After this the program is killed, and the call returns even when killing fails (a driver's tool that hangs in the kernel). */
  readonly timeoutMs?: number;
  readonly cwd?: string;
}

const KEPT_OUTPUT = 20_000; // compilers print long errors; the end shows what failed

/** Never rejects for the program's own failures; rejects with the signal's reason when aborted. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    let output = '';
    const keep = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const timer = setTimeout(
      () => {
        child.kill('SIGKILL');
        child.stdout.destroy();
        child.stderr.destroy();
        child.unref();
        resolve({ status: undefined, output: `${output}\nno answer within ${options.timeoutMs! / 1000} s` });
      },
      options.timeoutMs ?? 2 ** 31 - 1,
    );
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      clearTimeout(timer);
      if (options.signal?.aborted) reject(options.signal.reason);
      else resolve({ status: undefined, output: error.message });
    });
    child.on('close', (status, signal) => {
      clearTimeout(timer);
      resolve({
        status: status ?? undefined,
        output: signal === null ? output : `${output}\nended by ${signal}`,
      });
    });
  });
}

/** The last lines of what a program printed, for an error message. */
export function lastLines(output: string, count = 3): string {
  return output.trim().split('\n').slice(-count).join(' | ');
}
