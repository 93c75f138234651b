/** Starts the supervisor: only one, however many processes try at once; detached, so that it outlives the one that started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RegripError } from '../../base/errors.js';
import { inspectorArguments, isInspected } from '../../base/inspector.js';
import { type Lock, takeLock } from '../../base/lock.js';
import { engineEnvironment } from '../../base/process.js';
import { WireError } from '../wireError.js';
import { type CodeSource, copiedCode } from './codeFolder.js';
import { makePrivate, type Places } from './places.js';
import { whichNode } from './whichNode.js';

export interface StartOptions {
  readonly places: Places;
  readonly source: CodeSource;
  /** `codeVersion(source)` */
  readonly code: string;
  /** The folder of installed engines. */
  readonly engineHome: string;
  readonly env: NodeJS.ProcessEnv;
  /** A Node of the user's choice. */
  readonly node?: string | undefined;
  /** How long it stays without jobs and clients before it ends. */
  readonly idleMs?: number | undefined;
}

/** What is passed to the supervisor's module, as its only argument. */
export interface SupervisorArguments {
  readonly places: Places;
  readonly code: string;
  readonly idleMs: number;
}

const IDLE_MS = 10 * 60 * 1000;
/** A cold start from a network disk takes seconds. */
const START_MS = 30_000;
const LOOK_EVERY_MS = 40;

/** Resolves with what `find` finds, once it finds something. Throws `engine-start` with the end of the log when the new process ends first. */
export async function startSupervisor<Found>(
  options: StartOptions,
  find: () => Promise<Found | undefined>,
): Promise<Found> {
  const { places } = options;
  await makePrivate(places);
  const deadline = Date.now() + START_MS;
  let child: ChildProcess | undefined;
  let lock: Lock | undefined;
  try {
    while (Date.now() < deadline) {
      const found = await find();
      if (found !== undefined) return found;
      if (child !== undefined && hasFailed(child)) throw await startFailed(options, exitOf(child));
      // It found a supervisor that is giving way.
      if (child?.exitCode === 0) child = undefined;
      // Look again after taking the lock: its previous holder may just have succeeded.
      if (lock === undefined) lock = await lockUnlessHeld(places.starting);
      else child ??= await launch(options);
      await wait(LOOK_EVERY_MS);
    }
    throw await startFailed(options, `was not listening within ${START_MS / 1000} s`);
  } finally {
    await lock?.release();
  }
}

async function lockUnlessHeld(path: string): Promise<Lock | undefined> {
  const lock = await takeLock(path);
  return 'release' in lock ? lock : undefined;
}

async function launch({ places, source, code, ...options }: StartOptions): Promise<ChildProcess> {
  const share = dirname(places.code);
  const node = await whichNode({ ...options, setting: options.node, share });
  const entry = isInspected(options.env)
    ? join(source.root, source.entry)
    : await copiedCode(source, code, places.code);
  const told: SupervisorArguments = { places, code, idleMs: options.idleMs ?? IDLE_MS };
  const log = await openLog(places.log);
  try {
    const child = spawn(
      node.path,
      [...inspectorArguments('supervisor', options.env), entry, JSON.stringify(told)],
      {
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        cwd: places.state, // a folder that stays
        env: { ...engineEnvironment(options.env), ...node.env },
        windowsHide: true,
      },
    );
    child.on('error', () => undefined); // `hasFailed` notices: a process that never started has no pid
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

const MAX_LOG_BYTES = 2 ** 20;

/** The log of earlier supervisors is kept once, as `.old`. */
async function openLog(path: string): Promise<FileHandle> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size > MAX_LOG_BYTES) await rename(path, `${path}.old`);
  return open(path, 'a', 0o600);
}

/** One that ends with code 0 found another supervisor running. */
function hasFailed({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || signalCode !== null || (exitCode !== null && exitCode !== 0);
}

function exitOf({ pid, exitCode, signalCode, spawnfile }: ChildProcess): string {
  if (pid === undefined) return `could not be started with ${spawnfile}`;
  return signalCode === null ? `ended with exit code ${exitCode}` : `ended with signal ${signalCode}`;
}

const SHOWN_LINES = 5;

async function startFailed({ places }: StartOptions, how: string): Promise<RegripError> {
  const lines = (await readFile(places.log, 'utf8').catch(() => '')).trim().split('\n').slice(-SHOWN_LINES);
  return new WireError({
    code: 'engine-start',
    message: `the engine's process ${how}; its log ends with: ${lines.join(' | ')}`,
    hint: `see the whole log: ${places.log}`,
  });
}
