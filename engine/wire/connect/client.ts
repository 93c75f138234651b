/** The engine as an editor or a test sees it: found or started at the first call, and found again when the connection is lost. */
import { setTimeout as wait } from 'node:timers/promises';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { diskError } from '../../base/diskErrors.js';
import { RegripError } from '../../base/errors.js';
import type { Job, JobEvent } from '../jobs.js';
import {
  attach,
  type Call,
  detach,
  drain,
  jobChanged,
  jobEvents,
  jobForgotten,
} from '../supervisorMessages.js';
import { hear, unlessAborted } from './calls.js';
import { codeVersion, replaces } from './codeFolder.js';
import { findSupervisor, type Peer } from './find.js';
import { type StartOptions, startSupervisor } from './start.js';

export interface EngineOptions extends Omit<StartOptions, 'code'> {
  readonly listeners?: EngineListeners;
}

export interface EngineListeners {
  /** A job started, continued or ended; also for progress, at most four times per second. */
  readonly jobChanged?: (job: Job) => void;
  readonly jobForgotten?: (id: string) => void;
  /** Also after a lost connection. */
  readonly connected?: (pid: number) => void;
  /** The supervisor ended or was killed. The client looks for it for a while; a later call starts it. */
  readonly lost?: (reason: RegripError) => void;
  /** A message that could not be read, for a log. */
  readonly problem?: (problem: Error) => void;
}

/** A job's events in order and without gaps, from the first that is kept, even across the loss of a supervisor. */
export interface Following {
  dispose(): void;
}

interface Follower {
  readonly id: string;
  readonly onEvents: (events: readonly JobEvent[]) => void;
  next: number;
}

/** How long to wait for a lost supervisor's successor, which another window may be starting. */
const SUCCESSOR_MS = 3000;
const LOOK_EVERY_MS = 100;

export class EngineClient {
  private readonly followers = new Set<Follower>();
  private peer: Promise<Peer> | undefined;
  private version: Promise<string> | undefined;
  private isDisposed = false;
  /** An older supervisor is asked to give way only once, so that two editors of different versions do not keep replacing each other's. */
  private isFirst = true;

  constructor(private readonly options: EngineOptions) {}

  /** Settles: with the answer, the engine's error (`code`, `hint`), the signal's reason, or `engine-gone`. Starts the engine if need be. */
  async call<Asked, Params, Result>(
    call: Call<Asked, Params, Result>,
    asked: Asked,
    signal?: AbortSignal,
  ): Promise<Result> {
    const peer = await unlessAborted(this.connect(), signal);
    return peer.call(call, asked, signal);
  }

  /** As `call`, but does not start an engine: undefined where none runs, or it ends meanwhile. */
  async running<Asked, Params, Result>(
    call: Call<Asked, Params, Result>,
    asked: Asked,
  ): Promise<Result | undefined> {
    const peer = (await this.isRunning()) ? await this.peer : undefined;
    try {
      return await peer?.call(call, asked);
    } catch (error) {
      if (error instanceof RegripError && error.code === 'engine-gone') return undefined;
      throw error;
    }
  }

  /** Whether an engine runs; connects to it if so, but does not start one. */
  async isRunning(): Promise<boolean> {
    if (this.peer !== undefined) return this.peer.then(() => true);
    const found = await this.find();
    if (found !== undefined) await this.adopt(found);
    return found !== undefined;
  }

  /** Reports the job's events from `from` on until it is disposed; rejects for an unknown job. */
  async follow(
    id: string,
    onEvents: (events: readonly JobEvent[]) => void,
    from = 1,
  ): Promise<Following & { readonly job: Job }> {
    const peer = await this.connect();
    const follower: Follower = { id, onEvents, next: from };
    this.followers.add(follower);
    const dispose = (): void => {
      if (this.followers.delete(follower)) this.detach(id);
    };
    try {
      const { job } = await peer.call(attach, { id, from });
      return { job, dispose };
    } catch (error) {
      dispose();
      throw error;
    }
  }

  /** Jobs continue; the next client finds them. */
  dispose(): void {
    this.isDisposed = true;
    this.followers.clear();
    void this.peer?.then(
      (peer) => peer.close(),
      () => undefined,
    );
  }

  private connect(): Promise<Peer> {
    if (this.isDisposed) return Promise.reject(new Error('the client is disposed'));
    if (this.peer !== undefined) return this.peer;
    const opening = this.open().catch((error: unknown) => {
      throw diskError(error);
    });
    this.peer = opening;
    opening.catch(() => {
      if (this.peer === opening) this.peer = undefined;
    });
    return opening;
  }

  private async open(): Promise<Peer> {
    const code = await this.code();
    const start = (): Promise<Peer> => startSupervisor({ ...this.options, code }, () => this.find());
    let peer = (await this.find()) ?? (await start());
    if (this.isFirst && replaces(code, peer.code)) {
      await peer.call(drain, {});
      peer.close();
      peer = await start();
    }
    return this.adopt(peer);
  }

  private code(): Promise<string> {
    this.version ??= codeVersion(this.options.source);
    return this.version;
  }

  private async find(): Promise<Peer | undefined> {
    return findSupervisor(this.options.places, await this.code(), (connection) => this.prepare(connection));
  }

  private prepare(connection: MessageConnection): void {
    const { jobChanged: onChanged, jobForgotten: onForgotten, problem } = this.options.listeners ?? {};
    const onProblem = (error: Error): void => problem?.(error);
    hear(connection, jobChanged, ({ job }) => onChanged?.(job), onProblem);
    hear(connection, jobForgotten, ({ id }) => onForgotten?.(id), onProblem);
    hear(connection, jobEvents, ({ id, events }) => this.tell(id, events), onProblem);
  }

  private tell(id: string, events: readonly JobEvent[]): void {
    for (const follower of this.followers) {
      if (follower.id !== id) continue;
      const fresh = events.filter(({ seq }) => seq >= follower.next); // another follower may have asked for older ones
      if (fresh.length === 0) continue;
      follower.next = fresh.at(-1)!.seq + 1;
      follower.onEvents(fresh);
    }
  }

  private async adopt(peer: Peer): Promise<Peer> {
    this.isFirst = false;
    if (this.isDisposed) peer.close();
    this.peer = Promise.resolve(peer);
    void peer.closed.then((reason) => this.lose(peer, reason));
    this.options.listeners?.connected?.(peer.pid);
    for (const { id, next } of this.followers) {
      // A job may have been forgotten meanwhile; its follower then hears nothing more.
      await peer.call(attach, { id, from: next }).catch((error) => this.options.listeners?.problem?.(error));
    }
    return peer;
  }

  private async lose(peer: Peer, reason: RegripError): Promise<void> {
    if (this.isDisposed || (await this.peer?.catch(() => undefined)) !== peer) return;
    this.peer = undefined;
    this.options.listeners?.lost?.(reason);
    const deadline = Date.now() + SUCCESSOR_MS;
    while (Date.now() < deadline && this.peer === undefined && !this.isDisposed) {
      await wait(LOOK_EVERY_MS);
      const found = await this.find().catch(() => undefined);
      if (found === undefined) continue;
      if (this.peer === undefined) await this.adopt(found);
      else found.close();
    }
  }

  private detach(id: string): void {
    if ([...this.followers].some((follower) => follower.id === id)) return;
    void this.peer?.then((peer) => peer.call(detach, { id })).catch(() => undefined); // gone is detached
  }
}
