/** The process of the user's train.py, with its child processes: started, monitored, stopped, and never left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { RegripError } from '../../../base/errors.js';
import { engineEnvironment } from '../../../base/process.js';
import { commandLine } from '../../../base/shell.js';
import { WorkError } from '../../workError.js';

interface PythonOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Everything that it prints is appended to this file. */
  readonly log: string;
  readonly onLine: (line: string) => void;
}

export interface PythonEnd {
  readonly code: number | null;
  /** `exit code 1`, `signal SIGKILL`. */
  readonly how: string;
  /** The end of its output. */
  readonly output: string;
}

export interface PythonProcess {
  readonly pid: number | undefined;
  /** Settles once none of its processes can print any more. */
  readonly ended: Promise<PythonEnd>;
  /** Sends a signal to it and to what it started. */
  signal(name: NodeJS.Signals): void;
}

/** Enough for the longest traceback of a nested model. */
const KEPT_CHARACTERS = 1 << 16;
/** Time for wandb to send the rest; workers that outlive their parent get no more. */
const LINGER_MS = 10_000;
/** A process that left the group (a TensorBoard, a simulator) may hold the output open for ever: after this, nobody listens any more. */
const LAST_WORDS_MS = 1000;
const HAS_GROUPS = process.platform !== 'win32';

export function startPython(words: readonly string[], options: PythonOptions): PythonProcess {
  const [program, ...rest] = words;
  const child = spawn(program!, rest, {
    cwd: options.cwd,
    env: { ...engineEnvironment(options.env), PYTHONUNBUFFERED: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A separate process group: a Ctrl-C in the terminal reaches it only through us, and one signal reaches its loaders too.
    detached: HAS_GROUPS,
  });
  const signal = (name: NodeJS.Signals): void => signalGroup(child, name);
  const kill = (): void => signal('SIGKILL');
  process.once('exit', kill);
  const watch = HAS_GROUPS && child.pid !== undefined ? killWithUs(child.pid) : undefined;
  const log = createWriteStream(options.log, { flags: 'a' });
  log.on('error', () => undefined); // a full disk must not end the training
  log.write(`$ ${commandLine(words)}\n`);
  const tail = hear(child, log, options.onLine);
  const ended = new Promise<PythonEnd>((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    let failure: Error | undefined;
    const letGo = (): void => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    child.once('exit', () =>
      timers.push(setTimeout(kill, LINGER_MS), setTimeout(letGo, LINGER_MS + LAST_WORDS_MS)),
    );
    child.once('error', (error) => {
      failure = notStarted(words, options.cwd, error);
    });
    child.once('close', (code, by) => {
      for (const timer of timers) clearTimeout(timer);
      process.removeListener('exit', kill);
      watch?.kill('SIGKILL');
      const how = by === null ? `exit code ${code}` : `signal ${by}`;
      log.end(`[${failure?.message ?? how}]\n`, () =>
        failure === undefined ? resolve({ code, how, output: tail() }) : reject(failure),
      );
    });
  });
  ended.catch(() => undefined); // it may come before anyone waits
  return { pid: child.pid, ended, signal };
}

function notStarted([program]: readonly string[], cwd: string, cause: Error): RegripError {
  return new WorkError({
    code: 'python-missing',
    message: `${program} could not be started in ${cwd}: ${cause.message}`,
    cause,
  });
}

function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(HAS_GROUPS ? -child.pid : child.pid, name);
  } catch {
    // It is gone.
  }
}

/**
 * A shell that waits for the end of a pipe, which the system closes however this process ends (even by SIGKILL), and then ends the group:
 * with SIGINT first, since a kill in the middle of a checkpoint would lose it. The shell itself must be killed once the group is gone.
 */
function killWithUs(group: number): ChildProcess {
  const watch = spawn(
    'sh',
    ['-c', 'read -r _; kill -s INT -- "-$1"; sleep 10; kill -s KILL -- "-$1"', 'sh', String(group)],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  );
  watch.on('error', () => undefined); // without a shell, only our exit handler remains
  watch.stdin.on('error', () => undefined);
  watch.unref();
  return watch;
}

/** Returns a function that gives the end of the output. A progress bar's carriage returns end lines too. */
function hear(child: ChildProcess, log: NodeJS.WritableStream, onLine: (line: string) => void): () => string {
  let kept = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      log.write(text);
      kept = (kept + text).slice(-KEPT_CHARACTERS);
      const lines = (rest + text).split(/[\r\n]/);
      rest = lines.pop()!.slice(-KEPT_CHARACTERS);
      for (const line of lines) onLine(line);
    });
  }
  return () => kept;
}
