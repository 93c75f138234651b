/** What a client may ask of a job, whoever runs it. */
import type { Job } from '../wire/jobs.js';
import type { EventLog } from './eventLog.js';

export interface ListedJob {
  readonly job: Job;
  openLog(): Promise<EventLog>;
  closeLog(): Promise<void>;
  cancel(): void | Promise<void>;
  pause(): void | Promise<void>;
  resume(): void | Promise<void>;
  stopAfterEpoch(): void | Promise<void>;
  stopNow(): void | Promise<void>;
}
