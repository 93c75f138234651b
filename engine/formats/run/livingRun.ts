/** A process of this machine that trains in a run folder, whoever started it: what the folder's record says, if it still lives. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isSameAlive, type ProcessMark } from '../../base/process.js';

export interface LivingRun {
  readonly pid: number;
  readonly runner: 'builtin' | 'python';
  /** As it was typed, for a person. */
  readonly command: string;
}

/** A record has some kilobytes; a larger one is not one of ours. */
const MAX_BYTES = 1 << 20;
const MAX_COMMAND = 300;

/** Undefined where nothing trains, or where that cannot be said for certain: a pid alone may be another process by now. */
export async function livingRun(runDir: string): Promise<LivingRun | undefined> {
  const text = await readFile(join(runDir, 'regrip.json'), 'utf8').catch(() => '');
  const record = text.length > MAX_BYTES ? undefined : recordIn(text);
  if (record === undefined || !isTraining(record)) return undefined;
  const { pid, runner } = record;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const words = command.split('\0').join(' ').trim().slice(0, MAX_COMMAND);
  return { pid, runner: runner === 'python' ? 'python' : 'builtin', command: words };
}

/** Whether the process of a record, another one of this machine, still trains; without its `birth` a later one of the same number may be meant. */
export function isTraining({ host, state, ...mark }: RecordedTrainer): boolean {
  const isUnderWay = state === 'running' || state === 'paused'; // a paused one may wait in memory
  return isUnderWay && host === hostname() && mark.pid !== process.pid && isSameAlive(mark);
}

/** Looks again before it sends the interrupt, which the trainer takes as a stop; false where it was gone. */
export async function stopLivingRun(runDir: string, { pid }: LivingRun): Promise<boolean> {
  const now = await livingRun(runDir);
  if (now?.pid !== pid) return false;
  process.kill(pid, 'SIGINT');
  return true;
}

/** What a record says of who trains. */
interface RecordedTrainer extends ProcessMark {
  readonly host: unknown;
  readonly state: unknown;
}

interface Recorded extends RecordedTrainer {
  readonly runner: unknown;
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
