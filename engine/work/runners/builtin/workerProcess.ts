/** Runs one job in a separate process, since TensorFlow blocks the event loop and may crash. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { engineHome } from '../../../base/engineHome.js';
import { type Failure, RegripError, unreachable } from '../../../base/errors.js';
import { forkArguments } from '../../../base/inspector.js';
import { engineEnvironment } from '../../../base/process.js';
import type { FromWorker, JobKind, Jobs, ToWorker, TrainRequest } from '../../../wire/workerMessages.js';
import { WorkError } from '../../workError.js';
import { withCudaLibraries } from './cudaLibraries.js';

export interface WorkerOptions<Kind extends JobKind> {
  readonly onEvent: (event: Jobs[Kind]['event']) => void;
  /** Once aborted, the worker is asked to stop; only a training responds to it. */
  readonly signal?: AbortSignal;
  /** Receives the handle that passes requests on to a training, once there is a worker. */
  readonly onStarted?: (ask: (request: TrainRequest) => void) => void;
  /** Once aborted, the worker is killed. */
  readonly killSignal?: AbortSignal;
  /** Lines of the worker's stderr (TensorFlow's own chatter, stacks). */
  readonly onStderr?: (text: string) => void;
  readonly env?: NodeJS.ProcessEnv;
  /** The worker's module, for a test of its crash. */
  readonly workerModule?: string;
  /** What to do about a worker that ends without an answer. */
  readonly crashHint: string;
}

/** Settles once: with the worker's result, with its error, or with `worker-crashed` when it ends without an answer. */
export function runWorker<Kind extends JobKind>(
  kind: Kind,
  job: Jobs[Kind]['job'],
  options: WorkerOptions<Kind>,
): Promise<Jobs[Kind]['result']> {
  const worker = fork(options.workerModule ?? fileURLToPath(new URL(moduleFor(job), import.meta.url)), {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: workerEnvironment(options.env ?? process.env),
    execArgv: forkArguments('worker'),
    serialization: 'advanced', // JSON would lose a NaN loss
    // A Ctrl-C in the terminal reaches the whole foreground group; the worker is stopped by message instead.
    detached: process.platform !== 'win32',
  });
  const tail = forwardStderr(worker, options.onStderr);
  return new Promise<Jobs[Kind]['result']>((resolve, reject) => {
    const stop = (): void => send(worker, { kind: 'stop' });
    const kill = (): void => void worker.kill('SIGKILL');
    options.signal?.addEventListener('abort', stop, { once: true });
    options.killSignal?.addEventListener('abort', kill, { once: true });
    // However this process ends, the worker must not keep training unnoticed.
    process.once('exit', kill);
    let answer: Exclude<FromWorker<Kind>, { kind: 'event' }> | undefined;
    worker.on('message', (message: FromWorker<Kind>) => {
      switch (message.kind) {
        case 'event':
          options.onEvent(message.event);
          return;
        case 'done':
        case 'failed':
          answer = message;
          return;
        default:
          unreachable(message);
      }
    });
    const settle = (how: string): void => {
      options.signal?.removeEventListener('abort', stop);
      options.killSignal?.removeEventListener('abort', kill);
      process.removeListener('exit', kill);
      if (answer === undefined) reject(crashed(how, tail(), options.crashHint));
      else if (answer.kind === 'done') resolve(answer.result);
      else reject(asError(answer.error));
    };
    worker.once('error', (error) => settle(error.message));
    worker.once('close', (code, signal) =>
      settle(signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
    send(worker, { kind, job } as ToWorker);
    if (options.signal?.aborted) stop();
    options.onStarted?.((request) => send(worker, { kind: request }));
  });
}

/** What computes on the user's PyTorch needs no tensors of ours. */
function moduleFor({ torch }: Jobs[JobKind]['job']): string {
  return torch === undefined ? '../../../tensors/worker.js' : '../torch/worker.js';
}

function send(worker: ChildProcess, message: ToWorker): void {
  if (worker.connected) worker.send(message);
}

/** Keeps the last lines for the error message; TensorFlow explains itself on stderr. */
function forwardStderr(worker: ChildProcess, onStderr: ((text: string) => void) | undefined): () => string {
  const KEPT = 4000;
  let tail = '';
  const take = (chunk: Buffer): void => {
    const text = chunk.toString('utf8');
    tail = (tail + text).slice(-KEPT);
    onStderr?.(text);
  };
  worker.stderr?.on('data', take);
  worker.stdout?.on('data', take);
  return () => tail.trim();
}

function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const worker = {
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    ...engineEnvironment(env),
  };
  return withCudaLibraries(worker, engineHome(env));
}

function crashed(how: string, tail: string, hint: string): RegripError {
  const said = tail === '' ? '' : `; its last output: ${tail.split('\n').slice(-3).join(' | ')}`;
  return new WorkError({
    code: 'worker-crashed',
    message: `the worker process ended with ${how} without an answer${said}`,
    hint,
  });
}

function asError(failure: Failure): Error {
  if (failure.stack === undefined) {
    const { code, message, hint } = failure;
    return new RegripError(hint === undefined ? { code, message } : { code, message, hint });
  }
  const error = new Error(failure.message);
  error.stack = failure.stack;
  return error;
}
