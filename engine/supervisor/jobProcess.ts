/** Starts a job's process and listens to it until it ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { forkArguments } from '../base/inspector.js';
import { engineEnvironment } from '../base/process.js';
import type { JobFailure } from '../wire/jobs.js';
import type { FromJob, ToJob } from './jobMessages.js';

export type JobEnd = Extract<FromJob, { kind: 'done' | 'failed' }>;
export type JobNews = Exclude<FromJob, JobEnd>;

interface JobListeners {
  readonly onNews: (news: JobNews) => void;
  /** Called once, with the answer or with `job-crashed`. */
  readonly onEnd: (end: JobEnd) => void;
}

export interface JobProcess {
  readonly pid: number | undefined;
  send(message: ToJob): void;
  /** Kills it at once: nothing is saved. */
  kill(): void;
}

/** A process busy with one long step may not read a message in time. */
const KILL_AFTER_MS = 2000;

export function startJobProcess(words: readonly string[], cwd: string, listeners: JobListeners): JobProcess {
  const child = fork(fileURLToPath(new URL('../job.js', import.meta.url)), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: engineEnvironment(process.env),
    execArgv: forkArguments('job'),
    serialization: 'advanced', // JSON would lose a NaN loss
  });
  const send = (message: ToJob): void => {
    if (child.connected) child.send(message);
  };
  const tail = hearOutput(child, (text) => listeners.onNews({ kind: 'log', text }));
  let end: JobEnd | undefined;
  child.on('message', (message: FromJob) => {
    if (message.kind === 'done' || message.kind === 'failed') end = message;
    else listeners.onNews(message);
  });
  let isOver = false;
  const finish = (how: string): void => {
    if (isOver) return;
    isOver = true;
    listeners.onEnd(end ?? { kind: 'failed', error: crashed(how, tail()) });
  };
  child.once('error', (error) => finish(error.message));
  child.once('close', (code, signal) => finish(signal === null ? `exit code ${code}` : `signal ${signal}`));
  send({ kind: 'start', words, cwd });
  return {
    pid: child.pid,
    send,
    kill: () => {
      send({ kind: 'kill' });
      setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS).unref();
    },
  };
}

const KEPT_CHARACTERS = 4000;
const SHOWN_LINES = 3;

/** What native code and a dying Node write besides the messages. */
function hearOutput(child: ChildProcess, onText: (text: string) => void): () => string {
  let tail = '';
  const take = (chunk: string): void => {
    tail = (tail + chunk).slice(-KEPT_CHARACTERS);
    onText(chunk);
  };
  child.stdout?.setEncoding('utf8').on('data', take);
  child.stderr?.setEncoding('utf8').on('data', take);
  return () => tail.trim().split('\n').slice(-SHOWN_LINES).join(' | ');
}

function crashed(how: string, lastWords: string): JobFailure {
  const said = lastWords === '' ? '' : `; its last output: ${lastWords}`;
  return { code: 'job-crashed', message: `the job's process ended with ${how} without an answer${said}` };
}
