/** A job still run by an older, draining supervisor: watched and controlled through it. */

import { hear } from '../wire/connect/calls.js';
import { connectTo, greet, type Peer } from '../wire/connect/find.js';
import type { Job } from '../wire/jobs.js';
import {
  attach,
  type Call,
  cancel,
  jobChanged,
  jobEvents,
  pause,
  resume,
  stopAfterEpoch,
  stopNow,
} from '../wire/supervisorMessages.js';
import { EventLog } from './eventLog.js';
import type { ListedJob } from './listedJob.js';

/** How to reach a draining supervisor. */
export interface Predecessors {
  readonly socketOf: (pid: number) => string;
  readonly token: string;
  readonly code: string;
}

interface AdoptedListeners {
  readonly onChange: (job: Job) => void;
  /** Called when its supervisor has ended. */
  readonly onGone: () => void;
}

export class AdoptedJob implements ListedJob {
  private readonly log = EventLog.inMemory();
  private peer!: Peer;
  private attached: Promise<unknown> | undefined;

  private constructor(
    private current: Job,
    private readonly onChange: (job: Job) => void,
  ) {}

  /** Undefined when its supervisor is not listening because it is ending. */
  static async open(
    job: Job,
    pid: number,
    { socketOf, token, code }: Predecessors,
    { onChange, onGone }: AdoptedListeners,
  ): Promise<AdoptedJob | undefined> {
    const socket = await connectTo(socketOf(pid));
    if (socket === undefined) return undefined;
    const adopted = new AdoptedJob(job, onChange);
    adopted.peer = await greet(socket, token, code, (connection) => {
      const ignore = (): void => undefined; // the older supervisor may report more than we know
      hear(connection, jobChanged, ({ job: changed }) => adopted.hearChange(changed), ignore);
      hear(connection, jobEvents, ({ id, events }) => id === job.id && adopted.log.receive(events), ignore);
    });
    void adopted.peer.closed.then(onGone);
    return adopted;
  }

  get job(): Job {
    return this.current;
  }

  async openLog(): Promise<EventLog> {
    this.attached ??= this.peer.call(attach, { id: this.current.id, from: 1 });
    await this.attached;
    return this.log;
  }

  /** Nothing to do: its supervisor will end soon. */
  async closeLog(): Promise<void> {}

  cancel(): Promise<void> {
    return this.ask(cancel);
  }
  pause(): Promise<void> {
    return this.ask(pause);
  }
  resume(): Promise<void> {
    return this.ask(resume);
  }
  stopAfterEpoch(): Promise<void> {
    return this.ask(stopAfterEpoch);
  }
  stopNow(): Promise<void> {
    return this.ask(stopNow);
  }

  private async ask(call: Call<{ id: string }, { id: string }, Job>): Promise<void> {
    this.hearChange(await this.peer.call(call, { id: this.current.id }));
  }

  private hearChange(job: Job): void {
    if (job.id !== this.current.id) return;
    this.current = job;
    this.onChange(job);
  }
}
