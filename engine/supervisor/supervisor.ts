/** The supervisor's life: takes the lock, listens, gives way to a newer one, ends when nobody needs it. */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { writeFileAtomic } from '../base/atomic.js';
import type { RegripError } from '../base/errors.js';
import { type Lock, takeLock } from '../base/lock.js';
import { residentBytes } from '../base/memory.js';
import { drainSocket, makePrivate, type Places } from '../wire/connect/places.js';
import type { JobResult } from '../wire/jobResults.js';
import { isLive, type Job, type JobRequest } from '../wire/jobs.js';
import { type EngineStatus, PROTOCOL_VERSION } from '../wire/supervisorMessages.js';
import { JobList } from './jobList.js';
import { JobStore } from './jobStore.js';
import { Session } from './session.js';
import { readSpeed, speedOf, writeSpeed } from './speed.js';
import { SupervisorError } from './supervisorError.js';

interface SupervisorOptions {
  readonly places: Places;
  /** Version of this code. */
  readonly code: string;
  readonly idleMs: number;
  readonly now: () => number;
  readonly log: (text: string) => void;
}

/** Time to write checkpoints of 300 MB to slow disks; after that, what is left is killed. */
const ENDING_MS = 120_000;
/** Clients greet within milliseconds: beyond this many that have not, the oldest is disconnected, so that a new one always gets a place. */
const MAX_STRANGERS = 16;
/** Windows, terminals and scripts of one user. */
const MAX_SESSIONS = 256;

export class Supervisor {
  private readonly sessions = new Set<Session>();
  private readonly jobs: JobList;
  private readonly started: number;
  private server: Server | undefined;
  /** A measurement on its way to the disk, for which `status` waits. */
  private speedKept: Promise<void> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;
  private life: 'serving' | 'draining' | 'ending' | 'over' = 'serving';
  private settle!: () => void;
  /** Settles once the process may end. */
  readonly ended = new Promise<void>((resolve) => {
    this.settle = resolve;
  });

  private constructor(
    private readonly options: SupervisorOptions,
    private readonly lock: Lock,
    private readonly token: string,
  ) {
    const { places, now, code } = options;
    this.started = now();
    const onProblem = (problem: Error): void => this.say(problem);
    this.jobs = new JobList({
      store: new JobStore(places.jobs, onProblem, places.formerJobs),
      now,
      predecessors: { token, code, socketOf: (pid) => drainSocket(places.socket, pid) },
      onChange: (job) => this.jobChanged(job),
      onResult: (request, result) => this.keepSpeed(request, result),
      onForgotten: (id) => this.sessions.forEach((session) => void session.jobForgotten(id)),
      onProblem,
    });
  }

  /** A listening supervisor, or undefined where another is already running. */
  static async open(options: SupervisorOptions): Promise<Supervisor | undefined> {
    const { places } = options;
    await makePrivate(places);
    const lock = await takeLock(places.lock);
    if (!('release' in lock)) return undefined;
    const supervisor = new Supervisor(options, lock, await tokenAt(places.token));
    await supervisor.jobs.load();
    // We hold the lock, so the socket is ours; one left by a killed supervisor would keep us from listening.
    if (process.platform !== 'win32') await rm(places.socket, { force: true });
    supervisor.server = await supervisor.listen(places.socket);
    supervisor.look();
    return supervisor;
  }

  /** Cancels every job, waits for their checkpoints, ends. */
  shutDown(why: string): void {
    if (this.life === 'ending' || this.life === 'over') return;
    this.options.log(`ending: ${why}`);
    this.life = 'ending';
    this.jobs.cancelAll();
    setTimeout(() => this.jobs.killAll(), ENDING_MS).unref();
    setImmediate(() => this.look()); // after the answer
  }

  private async drain(): Promise<void> {
    if (this.life !== 'serving') return;
    this.life = 'draining';
    this.options.log('draining: a newer version takes over');
    this.jobs.drain();
    const { places } = this.options;
    const former = this.server!;
    // The new name first, so that the successor always finds one of the two.
    this.server = await this.listen(drainSocket(places.socket, process.pid));
    former.close();
    await this.lock.release();
    setImmediate(() => this.look()); // after the answer
  }

  private listen(path: string): Promise<Server> {
    const server = createServer((socket) => this.welcome(socket));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, () => {
        server.removeListener('error', reject);
        server.on('error', (error) => this.say(error));
        if (process.platform === 'win32') resolve(server);
        else chmod(path, 0o600).then(() => resolve(server), reject);
      });
    });
  }

  private welcome(socket: Socket): void {
    const session = new Session(socket, {
      jobs: this.jobs,
      token: this.token,
      code: this.options.code,
      status: () => this.status(),
      drain: () => this.drain(),
      shutDown: () => this.shutDown('a client asked for it'),
      onClose: () => {
        this.sessions.delete(session);
        this.look();
      },
      onProblem: (problem) => this.say(problem),
    });
    this.sessions.add(session);
    this.makeRoom();
    this.look();
  }

  private makeRoom(): void {
    const strangers = [...this.sessions].filter(({ isStranger }) => isStranger);
    if (strangers.length > MAX_STRANGERS)
      strangers[0]!.letGo(tooMany('clients that have not greeted', MAX_STRANGERS));
    const all = [...this.sessions];
    if (all.length > MAX_SESSIONS) all.at(-1)!.letGo(tooMany('clients', MAX_SESSIONS));
  }

  private async status(): Promise<EngineStatus> {
    const { places, code } = this.options;
    const all = this.jobs.all();
    const ids = (wanted: (job: Job) => boolean): string[] => all.filter(wanted).map(({ id }) => id);
    await this.speedKept;
    const engine = await readSpeed(places.speed);
    return {
      protocol: PROTOCOL_VERSION,
      code,
      pid: process.pid,
      state: this.life === 'serving' ? (all.some(isLive) ? 'busy' : 'idle') : 'draining',
      started: this.started,
      ...(engine === undefined ? {} : { engine }),
      memory: await residentBytes(),
      running: ids((job) => isLive(job) && job.state !== 'queued'),
      queued: ids((job) => job.state === 'queued'),
      log: places.log,
    };
  }

  private jobChanged(job: Job): void {
    for (const session of this.sessions) session.jobChanged(job);
    if (!isLive(job)) this.options.log(`${job.id}: ${job.state}${job.error ? `: ${job.error.message}` : ''}`);
    this.look();
  }

  private keepSpeed(request: JobRequest, result: unknown): void {
    if (request.kind !== 'measureEngine') return;
    const speed = speedOf(result as JobResult<'measureEngine'>, this.options.now());
    if (speed !== undefined)
      this.speedKept = writeSpeed(this.options.places.speed, speed).catch((error) => this.say(error));
  }

  /** Ends when it is time to, now or after the idle time. */
  private look(): void {
    clearTimeout(this.idle);
    if (this.jobs.isBusy || this.life === 'over') return;
    if (this.life !== 'serving') void this.finish();
    else if (this.sessions.size === 0)
      this.idle = setTimeout(() => this.shutDown('nobody needs the engine'), this.options.idleMs);
  }

  private async finish(): Promise<void> {
    this.life = 'over';
    await this.jobs.settled();
    await Promise.all([...this.sessions].map((session) => session.close()));
    this.server?.close(); // removes its socket
    await this.lock.release();
    this.options.log('ended');
    this.settle();
  }

  private say(problem: Error): void {
    const cause = problem.cause instanceof Error ? `: ${problem.cause.message}` : '';
    this.options.log(`${problem.message}${cause}`);
  }
}

function tooMany(whom: string, most: number): RegripError {
  return new SupervisorError({ code: 'too-many-clients', message: `there are more than ${most} ${whom}` });
}

/** The token that a client must present; only this user can read it. It is kept, so that a successor knows its predecessors'. */
async function tokenAt(path: string): Promise<string> {
  const known = (await readFile(path, 'utf8').catch(() => '')).trim();
  if (/^[0-9a-f]{64}$/.test(known)) return known;
  const made = randomBytes(32).toString('hex');
  await writeFileAtomic(path, (file) => file.writeFile(`${made}\n`), 0o600);
  return made;
}
