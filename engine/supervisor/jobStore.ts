/** The job table on disk, one folder per job, so that a killed supervisor's successor knows the jobs. */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { writeFileAtomic } from '../base/atomic.js';
import { encodedText, parseJson } from '../base/jsonText.js';
import { isSameAlive, markOf, type ProcessMark } from '../base/process.js';
import { type Job, type JobCall, jobCall, jobId, jobSchema } from '../wire/jobs.js';

const mark = v.object({ pid: v.number(), birth: v.optional(v.string()) });
const storedJob = v.object({
  version: v.literal(1),
  job: jobSchema,
  call: jobCall,
  owner: mark,
  process: v.optional(mark),
});

export interface StoredJob {
  readonly job: Job;
  readonly call: JobCall;
  /** The supervisor that runs it. */
  readonly owner: ProcessMark;
  /** The job's latest process; it may outlive a killed supervisor until its checkpoint is written. */
  readonly process?: ProcessMark | undefined;
}

/** Everything but the owner, which the store knows. */
export type KeptJob = Omit<StoredJob, 'owner'>;

export class JobStore {
  private readonly me = markOf(process.pid);

  constructor(
    private readonly folder: string,
    private readonly onProblem: (problem: Error) => void,
    /** Folders of supervisors with other protocol versions. */
    private readonly former: readonly string[] = [],
  ) {}

  eventsOf(id: string): string {
    return join(this.folder, id, 'events.jsonl');
  }

  /** The oldest first; what cannot be read is skipped and reported. */
  async load(): Promise<StoredJob[]> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    for (const folder of this.former) await this.takeOver(folder);
    const found: StoredJob[] = [];
    for (const id of await readdir(this.folder)) {
      if (!v.is(jobId, id)) continue;
      try {
        found.push(await this.read(id));
      } catch (cause) {
        this.onProblem(new Error(`job ${id} cannot be read and was skipped`, { cause }));
      }
    }
    return found.sort((a, b) => a.job.queued - b.job.queued);
  }

  async read(id: string): Promise<StoredJob> {
    return readJob(join(this.folder, id));
  }

  /** An update must not lose jobs that can be resumed. A supervisor that is still running keeps its own until a later start. */
  private async takeOver(former: string): Promise<void> {
    const names = await readdir(former).catch((): string[] => []);
    for (const id of names.filter((name) => v.is(jobId, name))) {
      const from = join(former, id);
      try {
        if (!isSameAlive((await readJob(from)).owner)) await rename(from, join(this.folder, id));
      } catch (cause) {
        this.onProblem(new Error(`job ${id} of an earlier version cannot be taken over`, { cause }));
      }
    }
  }

  /** Passes on errors of the disk: a job that cannot be recorded should not start. */
  async create(kept: KeptJob): Promise<void> {
    await mkdir(join(this.folder, kept.job.id), { recursive: true, mode: 0o700 });
    await this.write(kept);
  }

  /** A full disk is reported, but does not stop the job. */
  async save(kept: KeptJob): Promise<void> {
    await this.write(kept).catch(this.onProblem);
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.folder, id), { recursive: true, force: true });
  }

  private write(kept: KeptJob): Promise<void> {
    const text = `${encodedText({ version: 1, ...kept, owner: this.me })}\n`;
    return writeFileAtomic(join(this.folder, kept.job.id, 'job.json'), (file) => file.writeFile(text), 0o600);
  }
}

async function readJob(folder: string): Promise<StoredJob> {
  return v.parse(storedJob, parseJson(await readFile(join(folder, 'job.json'), 'utf8')));
}
