/** The job table on disk, a folder a job, so that a killed supervisor's successor knows what there was. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeFileAtomic } from '../base/atomic.js';
import { markOf, type ProcessMark } from '../base/process.js';
import { type Job, type JobCall, jobCall, jobId, jobSchema } from '../jobs.js';

const storedJob = v.object({
  version: v.literal(1),
  job: jobSchema,
  call: jobCall,
  /** The supervisor that runs it. */
  owner: v.object({ pid: v.number(), birth: v.optional(v.string()) }),
});

export interface StoredJob {
  readonly job: Job;
  readonly call: JobCall;
  readonly owner: ProcessMark;
}

export class JobStore {
  private readonly me = markOf(process.pid);

  constructor(
    private readonly folder: string,
    private readonly onProblem: (problem: Error) => void,
  ) {}

  eventsOf(id: string): string {
    return join(this.folder, id, 'events.jsonl');
  }

  /** The oldest first; what cannot be read is passed over and said. */
  async load(): Promise<StoredJob[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const found: StoredJob[] = [];
    for (const id of await readdir(this.folder)) {
      if (!v.is(jobId, id)) continue;
      try {
        found.push(await this.read(id));
      } catch (cause) {
        this.onProblem(new Error(`job ${id} cannot be read and is passed over`, { cause }));
      }
    }
    return found.sort((a, b) => a.job.queued - b.job.queued);
  }

  async read(id: string): Promise<StoredJob> {
    return v.parse(storedJob, JSON.parse(await readFile(join(this.folder, id, 'job.json'), 'utf8')));
  }

  /** Throws where the disk does: a job that cannot be recorded should not begin. */
  async create(job: Job, call: JobCall): Promise<void> {
    await mkdir(join(this.folder, job.id), { recursive: true, mode: 0o700 });
    await this.write(job, call);
  }

  /** A full disk is said, and stops no job. */
  async save(job: Job, call: JobCall): Promise<void> {
    await this.write(job, call).catch(this.onProblem);
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.folder, id), { recursive: true, force: true });
  }

  private write(job: Job, call: JobCall): Promise<void> {
    const stored = { version: 1, job, call, owner: this.me };
    const text = `${JSON.stringify(stored)}\n`;
    return writeFileAtomic(join(this.folder, job.id, 'job.json'), (file) => file.writeFile(text), 0o600);
  }
}
