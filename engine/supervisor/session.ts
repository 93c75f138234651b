/** One client's connection: the greeting, its requests, the events that it subscribes to. */
import { timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { RegripError } from '../base/errors.js';
import { answerCall } from '../wire/connect/calls.js';
import { drop, openWire } from '../wire/connect/wire.js';
import type { Job } from '../wire/jobs.js';
import * as protocol from '../wire/supervisorMessages.js';
import type { JobList } from './jobList.js';
import type { ListedJob } from './listedJob.js';
import { Subscription } from './subscription.js';
import { type SupervisorCode, SupervisorError } from './supervisorError.js';

/** What the supervisor does for its sessions. */
interface SessionHost {
  readonly jobs: JobList;
  readonly token: string;
  readonly code: string;
  readonly status: () => Promise<protocol.EngineStatus>;
  readonly drain: () => Promise<void>;
  readonly shutDown: () => void;
  readonly onClose: (session: Session) => void;
  readonly onProblem: (problem: Error) => void;
}

const LEAVE_MS = 1000;
/** A client greets as soon as it connects; a stranger that stays silent is disconnected. */
const GREETING_MS = 10_000;

export class Session {
  private readonly connection: MessageConnection;
  private readonly following = new Map<string, Subscription>();
  private isGreeted = false;
  private isLeaving = false;

  /** A client that has not greeted yet occupies a place that others may need. */
  get isStranger(): boolean {
    return !this.isGreeted && !this.isLeaving;
  }

  constructor(
    private readonly socket: Socket,
    private readonly host: SessionHost,
  ) {
    this.connection = openWire(
      socket,
      (problem) => this.break(problem),
      () => this.isGreeted,
    );
    const greeting = setTimeout(() => this.break(notGreeted('in time')), GREETING_MS);
    socket.once('close', () => {
      clearTimeout(greeting);
      for (const subscription of this.following.values()) subscription.dispose();
      this.connection.dispose();
      host.onClose(this);
    });
    this.answerGreeting(() => clearTimeout(greeting));
    this.answerRequests();
    this.connection.listen();
  }

  jobChanged(job: Job): void {
    this.notify(protocol.jobChanged, { job });
    this.following.get(job.id)?.refresh();
  }

  jobForgotten(id: string): void {
    this.unfollow(id);
    this.notify(protocol.jobForgotten, { id });
  }

  /** Tells the peer why, then closes. */
  letGo(problem: RegripError): void {
    this.break(problem);
  }

  /** Settles once all events are sent, or the client has gone. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.end();
    await Promise.race([closed, wait(LEAVE_MS)]);
    this.socket.destroy();
  }

  private answerGreeting(onGreeted: () => void): void {
    const { token, code } = this.host;
    answerCall(this.connection, protocol.hello, (greeting) => {
      if (!isSame(greeting.token, token)) throw this.refuse('wrong-token', 'the token is not this engine’s');
      if (greeting.protocol !== protocol.PROTOCOL_VERSION)
        throw this.refuse(
          'wrong-protocol',
          `protocol ${greeting.protocol} is not ${protocol.PROTOCOL_VERSION}`,
        );
      this.isGreeted = true;
      onGreeted();
      return { protocol: protocol.PROTOCOL_VERSION, code, pid: process.pid };
    });
  }

  private answerRequests(): void {
    const { host } = this;
    this.answer(protocol.status, () => host.status());
    this.answer(protocol.startJob, (call) => host.jobs.begin(call));
    this.answer(protocol.listJobs, () => ({ jobs: host.jobs.all() }));
    this.answer(protocol.attach, ({ id, from }) => this.follow(id, from));
    this.answer(protocol.detach, ({ id }) => this.unfollow(id));
    this.answerForJob(protocol.cancel, (job) => job.cancel());
    this.answerForJob(protocol.pause, (job) => job.pause());
    this.answerForJob(protocol.resume, (job) => job.resume());
    this.answerForJob(protocol.stopAfterEpoch, (job) => job.stopAfterEpoch());
    this.answerForJob(protocol.stopNow, (job) => job.stopNow());
    this.answer(protocol.forget, async ({ id }) => {
      await host.jobs.forget(id);
      return {};
    });
    this.answer(protocol.drain, async () => {
      await host.drain();
      return {};
    });
    this.answer(protocol.shutdown, () => {
      host.shutDown();
      return {};
    });
  }

  private answer<Asked, Params, Result>(
    call: protocol.Call<Asked, Params, Result>,
    handle: (params: Params) => Result | Promise<Result>,
  ): void {
    answerCall(this.connection, call, (params) => {
      if (this.isGreeted) return handle(params);
      this.break(notGreeted(`before ${call.type.method}`));
      throw notGreeted(`before ${call.type.method}`);
    });
  }

  private answerForJob(
    call: protocol.Call<{ id: string }, { id: string }, Job>,
    act: (job: ListedJob) => void | Promise<void>,
  ): void {
    this.answer(call, async ({ id }) => {
      const listed = this.host.jobs.get(id);
      await act(listed);
      return listed.job;
    });
  }

  private async follow(id: string, from: number): Promise<{ job: Job; first: number; last: number }> {
    const { jobs, onProblem } = this.host;
    const log = await jobs.get(id).openLog();
    this.following.get(id)?.dispose();
    const send = (events: readonly unknown[]): Promise<void> =>
      this.connection.sendNotification(protocol.jobEvents.type.method, { id, events });
    const subscription = new Subscription(() => jobs.get(id), from, send, onProblem);
    this.following.set(id, subscription);
    setImmediate(() => subscription.refresh()); // the answer is sent first
    return { job: jobs.get(id).job, first: log.first, last: log.last };
  }

  private unfollow(id: string): Record<string, never> {
    this.following.get(id)?.dispose();
    this.following.delete(id);
    return {};
  }

  private notify<Params>(notice: protocol.Told<Params>, params: Params): void {
    // A client that is leaving will not receive it.
    if (this.isGreeted)
      void this.connection.sendNotification(notice.type.method, params).catch(() => undefined);
  }

  private refuse(code: SupervisorCode, message: string): SupervisorError {
    const problem = new SupervisorError({ code, message, hint: 'reload the window' });
    // After the answer.
    setImmediate(() => this.break(problem));
    return problem;
  }

  private break(problem: Error): void {
    this.isLeaving = true;
    this.host.onProblem(problem);
    if (problem instanceof RegripError) drop(this.socket, problem);
    else this.socket.destroy();
  }
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function notGreeted(when: string): RegripError {
  return new SupervisorError({ code: 'not-greeted', message: `the client did not say hello ${when}` });
}
