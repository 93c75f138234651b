/** The jobs of one round: each kind once, some of them cancelled, killed, resumed, called wrongly; and how each must end. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { EngineClient } from '../../engine/wire/connect/client.js';
import { isLive, type Job, type JobRequestInput, type JobState } from '../../engine/wire/jobs.js';
import { cancel, forget, listJobs, resume, startJob, status } from '../../engine/wire/supervisorMessages.js';
import { childrenOf } from './vitals.js';

/** Inputs that every round reads. */
export interface Inputs {
  readonly recordings: string;
  readonly config: string;
  readonly checkpoint: string;
  readonly logs: readonly string[];
}

interface Planned {
  readonly request: JobRequestInput;
  readonly expected: JobState;
  /** Meddles with the job once it has begun. */
  readonly meddle?: (client: EngineClient, job: Job) => Promise<void>;
}

const LOOK_EVERY_MS = 50;
/** Far above the longest job on a loaded machine. */
const LONGEST_MS = 5 * 60_000;

/** Runs the round's jobs through `client`, returns their number; throws an Error that names the first that did not end as it must. */
export async function playRound(client: EngineClient, inputs: Inputs, outputs: string): Promise<number> {
  return (await playTogether(client, inputs, outputs)) + (await playKilled(client, inputs, outputs));
}

/** Alone, so that the one process below the supervisor is the job's. */
async function playKilled(client: EngineClient, inputs: Inputs, outputs: string): Promise<number> {
  const request = conversion(inputs, join(outputs, 'killed.zarr'));
  const job = await client.call(startJob, { cwd: outputs, request });
  const { pid } = await client.call(status, {});
  const [jobPid] = await untilSome(() => childrenOf(pid));
  process.kill(jobPid!, 'SIGKILL');
  const { state, resumable } = await ended(client, job.id);
  if (state !== 'failed' || !resumable) throw new Error(`${job.command}\nwas killed and is ${state}`);
  await client.call(resume, { id: job.id });
  const after = await ended(client, job.id);
  if (after.state !== 'done')
    throw new Error(`${job.command}\nresumed after a kill: ${after.error?.message}`);
  await client.call(forget, { id: job.id });
  return 1;
}

async function untilSome<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> {
  const deadline = Date.now() + LONGEST_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found.length > 0) return found;
    await wait(LOOK_EVERY_MS);
  }
  throw new Error(`no job process has started within ${LONGEST_MS / 60_000} minutes`);
}

async function playTogether(client: EngineClient, inputs: Inputs, outputs: string): Promise<number> {
  const planned = plan(inputs, outputs);
  const started = await Promise.all(
    planned.map(async ({ request, meddle }) => {
      const job = await client.call(startJob, { cwd: outputs, request });
      await meddle?.(client, job);
      return job;
    }),
  );
  for (const [i, { id }] of started.entries()) {
    const job = await ended(client, id);
    if (job.state !== planned[i]!.expected)
      throw new Error(
        `${job.command}\nended ${job.state} instead of ${planned[i]!.expected}: ${job.error?.message}`,
      );
  }
  for (const { id } of started) await client.call(forget, { id });
  return started.length;
}

function plan(inputs: Inputs, outputs: string): Planned[] {
  const { config, checkpoint: oldCkpt } = inputs;
  const convert = (name: string): JobRequestInput => conversion(inputs, join(outputs, name));
  const adapt = (name: string): JobRequestInput => ({
    ...{ kind: 'adapt', config, oldCkpt, newCkpt: join(outputs, name) },
  });
  return [
    { request: convert('whole.zarr'), expected: 'done' },
    { request: convert('cancelled.zarr'), expected: 'cancelled', meddle: cancelled },
    { request: convert('resumed.zarr'), expected: 'done', meddle: cancelledAndResumed },
    { request: adapt('adapted.ckpt'), expected: 'done' },
    { request: { ...adapt('planned.ckpt'), dryRun: true } as JobRequestInput, expected: 'done' },
    { request: { kind: 'gripper', logs: [...inputs.logs] }, expected: 'done' },
    { request: { kind: 'report', runs: [join(outputs, 'no-such-run')] }, expected: 'failed' },
    { request: finetune(inputs, join(outputs, 'run')), expected: 'done' },
    { request: finetune(inputs, join(outputs, 'waiting')), expected: 'cancelled', meddle: cancelled },
  ];
}

function conversion({ recordings: input }: Inputs, output: string): JobRequestInput {
  return { kind: 'convert', input, output, resolution: [64, 36] };
}

function finetune({ config, checkpoint }: Inputs, runDir: string): JobRequestInput {
  return {
    ...{ kind: 'finetune', config, oldCkpt: checkpoint, runDir, backend: 'tensorflow-cpu' },
    overrides: [
      ...['training.num_epochs=1', 'training.max_train_steps=2', 'training.max_val_steps=1'],
      ...['training.sample_every=1000', 'dataloader.batch_size=2', 'val_dataloader.batch_size=2'],
      ...['+regrip.sample.steps=2', '+regrip.sample.windows=2'],
    ],
  };
}

async function cancelled(client: EngineClient, { id }: Job): Promise<void> {
  await client.call(cancel, { id });
}

async function cancelledAndResumed(client: EngineClient, job: Job): Promise<void> {
  await cancelled(client, job);
  const { resumable } = await ended(client, job.id);
  if (!resumable) throw new Error(`${job.command}\nwas cancelled and cannot be resumed`);
  await client.call(resume, { id: job.id });
}

async function ended(client: EngineClient, id: string): Promise<Job> {
  const deadline = Date.now() + LONGEST_MS;
  while (Date.now() < deadline) {
    const { jobs } = await client.call(listJobs, {});
    const job = jobs.find((one) => one.id === id);
    if (job === undefined) throw new Error(`job ${id} is no longer in the list`);
    if (!isLive(job)) return job;
    await wait(LOOK_EVERY_MS);
  }
  throw new Error(`job ${id} has not ended within ${LONGEST_MS / 60_000} minutes`);
}
