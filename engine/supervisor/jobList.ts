/** All jobs of the supervisor: creates them, gives each its turn, keeps the table bounded. */
import { randomBytes } from 'node:crypto';
import type { RegripError } from '../base/errors.js';
import { isSameAlive } from '../base/process.js';
import { isLive, type Job, type JobCall } from '../wire/jobs.js';
import { AdoptedJob, type Predecessors } from './adoptedJob.js';
import type { JobStore, StoredJob } from './jobStore.js';
import { LANE_CAPACITY, type Lane, laneOf } from './lanes.js';
import type { ListedJob } from './listedJob.js';
import { type JobSurroundings, ManagedJob } from './managedJob.js';
import { SupervisorError } from './supervisorError.js';

interface JobListOptions {
  readonly store: JobStore;
  readonly now: () => number;
  readonly predecessors: Predecessors;
  readonly onChange: (job: Job) => void;
  readonly onResult: JobSurroundings['onResult'];
  readonly onForgotten: (id: string) => void;
  readonly onProblem: (problem: Error) => void;
}

/** As many as a person can still read and one message can hold (`MAX_MESSAGE_BYTES`); the oldest ended jobs are dropped first. */
export const MAX_JOBS = 200;

export class JobList {
  /** In the order in which they were first requested. */
  private readonly jobs = new Map<string, ListedJob>();
  private readonly lanes = new Map<string, Lane>();
  private isDraining = false;
  private lastBegun: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: JobListOptions) {}

  /** Takes over what earlier supervisors left; one that is still draining keeps its own jobs. */
  async load(): Promise<void> {
    for (const stored of await this.options.store.load()) await this.take(stored);
  }

  all(): Job[] {
    return [...this.jobs.values()].map(({ job }) => job);
  }

  live(): ListedJob[] {
    return [...this.jobs.values()].filter(({ job }) => isLive(job));
  }

  /** Whether a process of this supervisor is working or will be. */
  get isBusy(): boolean {
    return this.live().some((listed) => listed instanceof ManagedJob);
  }

  get(id: string): ListedJob {
    const found = this.jobs.get(id);
    if (found !== undefined) return found;
    throw new SupervisorError({
      code: 'job-unknown',
      message: `there is no job ${id}`,
      hint: 'it may have been removed from the list',
    });
  }

  /** One after the other, in the order of the requests. */
  begin(call: JobCall): Promise<Job> {
    const begun = this.lastBegun.then(() => this.beginNow(call));
    this.lastBegun = begun.catch(() => undefined);
    return begun;
  }

  async forget(id: string): Promise<void> {
    const { job } = this.get(id);
    if (isLive(job))
      throw new SupervisorError({
        code: 'job-state',
        message: `${job.title} is ${job.state}`,
        hint: 'cancel it first',
      });
    this.jobs.delete(id);
    this.lanes.delete(id);
    await this.options.store.remove(id);
    this.options.onForgotten(id);
  }

  /** Accepts no new jobs; waiting ones still get their turn. */
  drain(): void {
    this.isDraining = true;
  }

  /** Ends everything of this supervisor as Ctrl-C would. */
  cancelAll(): void {
    this.isDraining = true;
    this.cancelMine();
    void this.lastBegun.then(() => this.cancelMine()); // what is still being recorded
  }

  killAll(): void {
    for (const listed of this.live()) if (listed instanceof ManagedJob) listed.kill();
  }

  async settled(): Promise<void> {
    for (const listed of this.jobs.values()) if (listed instanceof ManagedJob) await listed.settled();
  }

  private cancelMine(): void {
    const mine = this.live().filter((listed) => listed instanceof ManagedJob);
    // The waiting ones first: otherwise the end of one would start the next.
    const cancel = (listed: ListedJob): void => {
      void Promise.resolve(listed.cancel()).catch(this.options.onProblem);
    };
    for (const listed of mine) if (listed.job.state === 'queued') cancel(listed);
    for (const listed of mine) if (isLive(listed.job) && listed.job.state !== 'stopping') cancel(listed);
  }

  private async beginNow(call: JobCall): Promise<Job> {
    if (this.isDraining) throw draining();
    if (this.live().length >= MAX_JOBS) throw tooMany();
    const now = new Date(this.options.now());
    const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
    const id = `${stamp}-${call.request.kind}-${randomBytes(4).toString('hex')}`;
    const created = await ManagedJob.create(id, call, this.surroundings());
    this.add(created, call);
    this.options.onChange(created.job);
    await this.forgetOldest();
    this.schedule();
    return created.job;
  }

  private async take(stored: StoredJob): Promise<void> {
    const { job, call, owner } = stored;
    if (isLive(job) && isSameAlive(owner)) {
      const adopted = await AdoptedJob.open(job, owner.pid, this.options.predecessors, {
        onChange: this.options.onChange,
        onGone: () => void this.takeBack(job.id),
      });
      if (adopted !== undefined) return this.add(adopted, call);
    }
    this.add(await ManagedJob.load(stored, this.surroundings()), call);
  }

  /** The supervisor that ran it has ended: take over what it left on disk. */
  private async takeBack(id: string): Promise<void> {
    try {
      const stored = await this.options.store.read(id);
      this.add(await ManagedJob.load(stored, this.surroundings()), stored.call);
      this.options.onChange(this.get(id).job);
      this.schedule();
    } catch (error) {
      this.options.onProblem(error as Error);
    }
  }

  private add(listed: ListedJob, { request }: JobCall): void {
    this.jobs.set(listed.job.id, listed);
    this.lanes.set(listed.job.id, laneOf(request));
  }

  private surroundings(): JobSurroundings {
    const { store, now, onResult, onProblem } = this.options;
    return {
      store,
      now,
      onResult,
      onProblem,
      onChange: ({ job }) => {
        this.options.onChange(job);
        if (!isLive(job)) this.schedule();
      },
      onQueued: () => this.schedule(),
    };
  }

  /** Starts the jobs that may run, in the order of the requests. */
  private schedule(): void {
    const free: Record<Lane, number> = { ...LANE_CAPACITY };
    const live = this.live();
    for (const { job } of live) if (job.state !== 'queued') free[this.lanes.get(job.id)!]--;
    const waiting = live.filter(({ job }) => job.state === 'queued');
    for (const listed of waiting.sort((a, b) => a.job.queued - b.job.queued)) {
      const lane = this.lanes.get(listed.job.id)!;
      if (!(listed instanceof ManagedJob) || free[lane] <= 0) continue;
      free[lane]--;
      listed.start();
    }
  }

  private async forgetOldest(): Promise<void> {
    const ended = this.all().filter((job) => !isLive(job));
    for (const { id } of ended.slice(0, Math.max(0, this.jobs.size - MAX_JOBS))) await this.forget(id);
  }
}

function tooMany(): RegripError {
  return new SupervisorError({
    code: 'too-many-jobs',
    message: `${MAX_JOBS} jobs are already running or waiting`,
    hint: 'wait for some to end, or cancel them',
  });
}

function draining(): RegripError {
  return new SupervisorError({
    code: 'engine-draining',
    message: 'this engine does not accept new jobs: a newer version is replacing it',
    hint: 'connect again',
  });
}
