/** How a job ended, from its process's answer, and whether it can be resumed. */
import * as v from 'valibot';
import { jobResults } from '../wire/jobResults.js';
import type { Job, JobFailure } from '../wire/jobs.js';
import type { JobEnd } from './jobProcess.js';

export type Outcome = Pick<Job, 'state' | 'resumable' | 'error'>;

/** A quarter of a message's limit; the largest documents, an adaptation's keys, take 100 kB. */
const MAX_RESULT_BYTES = 4 * 2 ** 20;

/** Kinds of jobs that keep partial work. */
const CAN_RESUME: ReadonlySet<Job['kind']> = new Set(['finetune', 'convert']);
const CRASHES: ReadonlySet<string> = new Set(['job-crashed', 'worker-crashed']);

/** The error of a job whose supervisor was killed; `pid` is a process of it that is left and still writing. */
export function interrupted(pid: number | undefined): Outcome {
  const left =
    pid === undefined ? '' : `; process ${pid} is still running and ends once it has saved its work`;
  const goOn = 'resume continues from what it had saved';
  return {
    state: 'failed',
    resumable: true,
    error: {
      code: 'engine-stopped',
      message: `the engine was stopped before this job ended${left}`,
      hint: pid === undefined ? goOn : `${goOn}; ${stopHint(pid)}`,
    },
  };
}

/** For a process that was not started by a window, or whose window is gone. */
export function stopHint(pid: number): string {
  return `to stop it: kill -INT ${pid}`;
}

/** `isEndWanted`: the user asked for its end. */
export function outcomeOf(job: Job, end: JobEnd, isEndWanted: boolean): Outcome {
  if (end.kind === 'failed') {
    const { error } = end;
    const resumable = CAN_RESUME.has(job.kind) && (isEndWanted || canGoOn(job, error));
    const isCancelled = isEndWanted && !CRASHES.has(error.code);
    return isCancelled ? { state: 'cancelled', resumable } : { state: 'failed', error, resumable };
  }
  const error = problemOf(job.kind, end.result);
  if (error !== undefined) return { state: 'failed', error, resumable: false };
  const isPaused = job.kind === 'finetune' && (end.result as { state: unknown }).state === 'paused';
  return isPaused ? { state: 'paused', resumable: true } : { state: 'done', resumable: false };
}

/** Whether there may be something to resume; wrong usage would fail again. `unfinished`: an earlier conversion left it. */
function canGoOn({ runDir, progress }: Job, { code }: JobFailure): boolean {
  return CRASHES.has(code) || code === 'unfinished' || runDir !== undefined || progress !== undefined;
}

function problemOf(kind: Job['kind'], result: unknown): JobFailure | undefined {
  const bytes = Buffer.byteLength(JSON.stringify(result) ?? '');
  if (bytes > MAX_RESULT_BYTES)
    return {
      code: 'result-too-large',
      message: `the result has ${bytes} bytes, more than the limit of ${MAX_RESULT_BYTES}`,
      hint: 'request less at a time, or run its command line with --json',
    };
  const { success, issues } = v.safeParse(jobResults[kind], result);
  if (success) return undefined;
  return {
    code: 'internal',
    message: `the result of ${kind} has an unexpected form: ${issues[0].message}`,
  };
}
