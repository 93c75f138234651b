/** What the demo prints: headings, progress, and each command before it runs. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseJson } from '../../engine/base/jsonText.js';
import { type Io, ProgressLine } from '../../engine/commands/command.js';

const CLI = fileURLToPath(new URL('../../engine/cli.js', import.meta.url));

export class CommandFailed extends Error {
  constructor(command: string, how: string) {
    super(`${command}\nended with ${how}`);
  }
}

/** The demo's side of the terminal. */
export class Terminal {
  private readonly startedAt = Date.now();
  readonly progress: ProgressLine;

  constructor(
    readonly io: Pick<Io, 'out' | 'err' | 'interactive' | 'signal' | 'env'>,
    /** Commands run here. */
    readonly folder: string,
  ) {
    this.progress = new ProgressLine({ ...io, cwd: folder, fail: () => undefined });
  }

  get seconds(): number {
    return (Date.now() - this.startedAt) / 1000;
  }

  say(text: string): void {
    this.progress.done();
    this.io.out(`${text}\n`);
  }

  heading(text: string): void {
    this.say(`\n── ${text} ${'─'.repeat(Math.max(4, 90 - text.length))} ${clock(this.seconds)}`);
  }

  /** Runs `regrip`; its output goes to the terminal as it comes. */
  async regrip(args: readonly string[]): Promise<void> {
    this.announce(args);
    const child = this.start(args, ['ignore', 'inherit', 'inherit']);
    await this.ended(child, args);
  }

  /** Runs `regrip … --json` and hands over each JSON line of its stdout. */
  async regripEvents(args: readonly string[], onLine: (value: unknown) => void): Promise<void> {
    const call = [...args, '--json'];
    this.announce(call);
    const child = this.start(call, ['ignore', 'pipe', 'inherit']);
    const done = this.ended(child, call);
    done.catch(() => undefined); // awaited below, once the lines are read
    for await (const line of createInterface({ input: child.stdout! })) onLine(parseJson(line));
    await done;
  }

  private announce(args: readonly string[]): void {
    this.say(`$ regrip ${args.map(quoted).join(' ')}`);
  }

  private start(
    args: readonly string[],
    stdio: ['ignore', 'inherit' | 'pipe', 'inherit'],
  ): ReturnType<typeof spawn> {
    return spawn(process.execPath, [CLI, ...args], { cwd: this.folder, stdio, env: this.io.env });
  }

  private ended(child: ReturnType<typeof spawn>, args: readonly string[]): Promise<void> {
    const command = `regrip ${args.map(quoted).join(' ')}`;
    return new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new CommandFailed(command, error.message)));
      child.once('close', (code, signal) => {
        if (this.io.signal.aborted) reject(this.io.signal.reason);
        else if (code === 0) resolve();
        else reject(new CommandFailed(command, signal === null ? `exit code ${code}` : `signal ${signal}`));
      });
    });
  }
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
