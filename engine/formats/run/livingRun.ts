/** A process of this machine that trains in a run folder, whoever started it: what the folder's record says, if it still lives. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isSameAlive } from '../../base/process.js';

export interface LivingRun {
  readonly pid: number;
  readonly runner: 'builtin' | 'python';
  /** As it was typed, for a person. */
  readonly command: string;
}

/** A record has some kilobytes; a larger one is none of ours. */
const MAX_BYTES = 1 << 20;
const MAX_COMMAND = 300;

/** Undefined where nothing trains, or where that cannot be said for certain: a pid alone may be another process by now. */
export async function livingRun(runDir: string): Promise<LivingRun | undefined> {
  const text = await readFile(join(runDir, 'regrip.json'), 'utf8').catch(() => '');
  const record = text.length > MAX_BYTES ? undefined : recordIn(text);
  if (record === undefined || record.host !== hostname()) return undefined;
  const { pid, birth, state, runner } = record;
  if (state !== 'running' && state !== 'paused') return undefined; // a paused one may wait in memory
  if (pid === process.pid || !isSameAlive({ pid, birth })) return undefined;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const words = command.split('\0').join(' ').trim().slice(0, MAX_COMMAND);
  return { pid, runner: runner === 'python' ? 'python' : 'builtin', command: words };
}

/** Looks again before it sends the interrupt, which the trainer takes as a stop; false where it was gone. */
export async function stopLivingRun(runDir: string, { pid }: LivingRun): Promise<boolean> {
  const now = await livingRun(runDir);
  if (now?.pid !== pid) return false;
  process.kill(pid, 'SIGINT');
  return true;
}

interface Recorded {
  readonly host: unknown;
  readonly state: unknown;
  readonly runner: unknown;
  readonly pid: number;
  readonly birth: string;
}

function recordIn(text: string): Recorded | undefined {
  try {
    const { host, state, runner, pid, birth } = JSON.parse(text) as Partial<Record<keyof Recorded, unknown>>;
    const isWhole = Number.isSafeInteger(pid) && (pid as number) > 1 && typeof birth === 'string';
    return isWhole ? { host, state, runner, pid: pid as number, birth } : undefined;
  } catch {
    return undefined;
  }
}
