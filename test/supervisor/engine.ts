/** A supervisor of the tests' own: real processes, in folders that go with the test; built first (`npm run build`). */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { engineHome } from '../../engine/base/engineHome.js';
import { isAlive, isSameAlive, type ProcessMark } from '../../engine/base/process.js';
import { EngineClient, type EngineListeners, type EngineOptions } from '../../engine/wire/connect/client.js';
import { checkoutSource } from '../../engine/wire/connect/codeFolder.js';
import { type Places, placesOf } from '../../engine/wire/connect/places.js';
import type { Job, JobEvent, JobRequestInput, JobState } from '../../engine/wire/jobs.js';
import { isLive } from '../../engine/wire/jobs.js';
import { listJobs, shutdown, startJob } from '../../engine/wire/supervisorMessages.js';
import { MINI } from '../work/convert/folders.js';

export const SOURCE = checkoutSource(fileURLToPath(new URL('../..', import.meta.url)));

export class TestEngine {
  private readonly clients = new Set<EngineClient>();

  private constructor(
    /** For what a test writes. */
    readonly folder: string,
    readonly places: Places,
  ) {}

  /** `deeper` lengthens the path of the state folder. */
  static async make(deeper = ''): Promise<TestEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'regrip-engine-'));
    const env = { XDG_STATE_HOME: join(folder, 'state', deeper), XDG_DATA_HOME: join(folder, 'data') };
    return new TestEngine(folder, placesOf({ env }));
  }

  options(changes: Partial<EngineOptions> = {}): EngineOptions {
    const { places } = this;
    return { places, source: SOURCE, engineHome: engineHome(), env: process.env, idleMs: 60_000, ...changes };
  }

  client(listeners: EngineListeners = {}, changes: Partial<EngineOptions> = {}): EngineClient {
    const client = new EngineClient({ ...this.options(changes), listeners });
    this.clients.add(client);
    return client;
  }

  /** Of the supervisor that has the place. */
  async pid(): Promise<number | undefined> {
    const holder = await readFile(this.places.lock, 'utf8').catch(() => undefined);
    if (holder === undefined) return undefined;
    const mark = JSON.parse(holder) as ProcessMark;
    return isSameAlive(mark) ? mark.pid : undefined;
  }

  async kill(): Promise<void> {
    const pid = (await this.pid())!;
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
  }

  /** Ends it and removes everything. */
  async remove(): Promise<void> {
    const pid = await this.pid();
    if (pid !== undefined) {
      await this.client().call(shutdown, {});
      await until(() => !isAlive(pid));
    }
    for (const client of this.clients) client.dispose();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Recordings whose conversion takes seconds, so that a test can meddle. */
export async function longRecordings(folder: string): Promise<string> {
  const COPIES = 4;
  for (let copy = 0; copy < COPIES; copy++)
    for (const [i, name] of ['episode_0000', 'episode_0001', 'episode_0002', 'episode_0003'].entries()) {
      const numbered = `episode_${String(4 * copy + i).padStart(4, '0')}`;
      await cp(join(MINI, name), join(folder, numbered), { recursive: true });
    }
  return folder;
}

/** Polls, since what is waited for happens in other processes. */
export async function until(is: () => boolean | Promise<boolean>, ms = 60_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await is())) {
    if (Date.now() > deadline) throw new Error(`waited ${ms} ms for: ${is}`);
    await wait(25);
  }
}

/** A job as one client hears it. */
export class Heard {
  readonly events: JobEvent[] = [];

  constructor(
    readonly client: EngineClient,
    readonly id: string,
  ) {}

  static async begin(client: EngineClient, cwd: string, request: JobRequestInput): Promise<Heard> {
    const { id } = await client.call(startJob, { cwd, request });
    return Heard.attach(client, id);
  }

  static async attach(client: EngineClient, id: string, from = 1): Promise<Heard> {
    const heard = new Heard(client, id);
    await client.follow(id, (events) => heard.events.push(...events), from);
    return heard;
  }

  async job(): Promise<Job> {
    const { jobs } = await this.client.call(listJobs, {});
    return jobs.find(({ id }) => id === this.id)!;
  }

  get states(): JobState[] {
    return this.events.flatMap(({ told }) => (told.kind === 'state' ? [told.state] : []));
  }

  get result(): unknown {
    return this.events.flatMap(({ told }) => (told.kind === 'result' ? [told.result] : [])).at(-1);
  }

  get text(): string {
    return this.events.flatMap(({ told }) => (told.kind === 'log' ? [told.text] : [])).join('');
  }

  /** The training's events of one kind. */
  train(kind: string): JobEvent[] {
    return this.events.filter(({ told }) => told.kind === 'train' && told.event.event === kind);
  }

  /** The job once its process has ended. */
  async ended(ms?: number): Promise<Job> {
    await until(async () => !isLive(await this.job()), ms);
    const { state } = await this.job();
    await until(() => this.states.at(-1) === state);
    return this.job();
  }

  expectNoGap(from = 1): void {
    expect(this.events.map(({ seq }) => seq)).toEqual(this.events.map((_, i) => i + from));
  }
}
