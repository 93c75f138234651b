/** Messages between a client and the supervisor (JSON-RPC), each declared once and checked on both ends. */
import * as v from 'valibot';
import { NotificationType, RequestType } from 'vscode-jsonrpc';
import { jobCall, jobEvent, jobId, jobSchema } from './jobs.js';

/** Increases when a message changes so that an older peer would not understand it; each version has its own supervisor. */
export const PROTOCOL_VERSION = 2;

/** A request with the schemas of its parameters and its answer: the receiver checks the former, the caller the latter. */
export interface Call<Asked, Params, Result> {
  readonly type: RequestType<Asked, unknown, void>;
  readonly params: v.GenericSchema<Asked, Params>;
  readonly result: v.GenericSchema<unknown, Result>;
}

function call<Asked, Params, Result>(
  method: string,
  params: v.GenericSchema<Asked, Params>,
  result: v.GenericSchema<unknown, Result>,
): Call<Asked, Params, Result> {
  return { type: new RequestType(`engine/${method}`), params, result };
}

export interface Told<Params> {
  readonly type: NotificationType<Params>;
  readonly params: v.GenericSchema<unknown, Params>;
}

function told<Params>(method: string, params: v.GenericSchema<unknown, Params>): Told<Params> {
  return { type: new NotificationType(`engine/${method}`), params };
}

const nothing = v.strictObject({});
const oneJob = v.strictObject({ id: jobId });
const versions = v.object({
  protocol: v.number(),
  /** The package's version and a hash of its code. */
  code: v.string(),
  pid: v.number(),
});

/** Of the backend that `auto` chooses. */
export const measuredSpeed = v.object({
  backend: v.string(),
  device: v.string(),
  matmulGflops: v.number(),
  convGflops: v.number(),
  /** ms since 1970 */
  measured: v.number(),
});

export const engineStatus = v.object({
  ...versions.entries,
  state: v.picklist(['idle', 'busy', 'draining']),
  /** ms since 1970 */
  started: v.number(),
  /** What the last `measureEngine` found; undefined until one has run. */
  engine: v.optional(measuredSpeed),
  /** Resident bytes of the supervisor and all its child processes. */
  memory: v.number(),
  running: v.array(jobId),
  queued: v.array(jobId),
  log: v.string(),
});
export type EngineStatus = v.InferOutput<typeof engineStatus>;

/** The first request of a connection; any other before it is refused. */
export const hello = call(
  'hello',
  v.strictObject({
    token: v.pipe(v.string(), v.maxLength(256)),
    protocol: v.number(),
    code: v.pipe(v.string(), v.maxLength(256)),
  }),
  versions,
);
export const status = call('status', nothing, engineStatus);
export const startJob = call('startJob', jobCall, jobSchema);
export const listJobs = call('listJobs', nothing, v.object({ jobs: v.array(jobSchema) }));
/** Afterwards `jobEvents` reports every event from `from` on, first the past ones, then new ones. `first` is the oldest still kept. */
export const attach = call(
  'attach',
  v.strictObject({ id: jobId, from: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  v.object({ job: jobSchema, first: v.number(), last: v.number() }),
);
export const detach = call('detach', oneJob, nothing);
/** Ends a job: a waiting one at once; a fine-tune after its step and with a checkpoint. A second request kills it. */
export const cancel = call('cancel', oneJob, jobSchema);
/** A fine-tune finishes its step, writes a checkpoint and waits in memory; it keeps its device. */
export const pause = call('pause', oneJob, jobSchema);
/** Lets a waiting fine-tune continue, or restarts a `resumable` job where it stopped. */
export const resume = call('resume', oneJob, jobSchema);
export const stopAfterEpoch = call('stopAfterEpoch', oneJob, jobSchema);
export const stopNow = call('stopNow', oneJob, jobSchema);
/** Removes an ended job from the list; its output stays. */
export const forget = call('forget', oneJob, nothing);
/** Accepts no new jobs and releases the socket for a successor; ends once the last job has. */
export const drain = call('drain', nothing, nothing);
/** Cancels every job, waits for their checkpoints, ends. */
export const shutdown = call('shutdown', nothing, nothing);

/** Sent to every client. */
export const jobChanged = told('jobChanged', v.object({ job: jobSchema }));
export const jobForgotten = told('jobForgotten', v.object({ id: jobId }));
/** Sent to the attached clients, in order. */
export const jobEvents = told('jobEvents', v.object({ id: jobId, events: v.array(jobEvent) }));
/** The last message on a connection before the supervisor closes it. */
export const dropped = told('dropped', v.object({ code: v.string(), message: v.string() }));
