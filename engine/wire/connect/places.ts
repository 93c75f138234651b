/** Where the supervisor of a user, host and protocol version keeps its files: its socket, token, lock, log, jobs and code. */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { PROTOCOL_VERSION } from '../supervisorMessages.js';
import { WireError } from '../wireError.js';

export interface Places {
  /** Mode 0700; holds everything below, except perhaps the socket. */
  readonly state: string;
  /** A path, or on Windows the name of a pipe. */
  readonly socket: string;
  readonly token: string;
  /** Held by the listening supervisor. */
  readonly lock: string;
  /** Held by the process that is starting one. */
  readonly starting: string;
  readonly log: string;
  /** One folder per job. */
  readonly jobs: string;
  /** Where earlier protocols kept theirs. */
  readonly formerJobs: readonly string[];
  /** The latest measurement. */
  readonly speed: string;
  /** One folder per version of the code. */
  readonly code: string;
}

interface PlacesOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly home?: string;
  readonly host?: string;
  readonly temporary?: string;
  readonly platform?: NodeJS.Platform;
}

/** Node silently truncates longer socket paths: 104 bytes on macOS, 108 on Linux, the closing zero included. */
const MAX_SOCKET_BYTES = 100;
/** `-<pid>`, which distinguishes a draining supervisor from its successor. */
const DRAIN_SUFFIX_BYTES = 12;

export function placesOf(options: PlacesOptions = {}): Places {
  const { env = process.env, home = homedir(), platform = process.platform } = options;
  const under = (variable: string, ...otherwise: readonly string[]): string => {
    const named = env[variable];
    return join(named === undefined || named === '' ? join(home, ...otherwise) : named, 'regrip');
  };
  // A home folder may be shared between hosts; a socket is not.
  const host = (options.host ?? hostname()).replace(/[^\w.-]/g, '_').slice(0, 64);
  const state = join(under('XDG_STATE_HOME', '.local', 'state'), host);
  const versioned = (name: string): string => join(state, `v${PROTOCOL_VERSION}-${name}`);
  return {
    state,
    socket: socketOf(state, platform, options.temporary ?? tmpdir()),
    token: versioned('token'),
    lock: versioned('lock'),
    starting: versioned('starting'),
    log: versioned('supervisor.log'),
    jobs: versioned('jobs'),
    formerJobs: Array.from({ length: PROTOCOL_VERSION - 1 }, (_, k) => join(state, `v${k + 1}-jobs`)),
    speed: versioned('speed.json'),
    code: join(under('XDG_DATA_HOME', '.local', 'share'), 'supervisor'),
  };
}

function socketOf(state: string, platform: NodeJS.Platform, temporary: string): string {
  const name = hashOf(`${state} ${PROTOCOL_VERSION}`);
  const { username, uid } = userInfo();
  if (platform === 'win32') return `\\\\.\\pipe\\regrip-${hashOf(`${username} ${name}`)}`;
  const folders = [state, join(temporary, `regrip-${uid}-${name}`), `/tmp/regrip-${uid}-${name}`];
  const fits = (path: string): boolean => Buffer.byteLength(path) + DRAIN_SUFFIX_BYTES < MAX_SOCKET_BYTES;
  return folders.map((folder) => join(folder, `${name}.s`)).find(fits)!; // the last one always fits
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Where a draining supervisor keeps listening for its successor. */
export function drainSocket(socket: string, pid: number): string {
  return `${socket}-${pid}`;
}

/** Creates the folders, accessible only to this user. Throws `folder-not-private` for one that somebody else could have created. */
export async function makePrivate(places: Places, platform = process.platform): Promise<void> {
  await mkdir(places.state, { recursive: true, mode: 0o700 });
  await chmod(places.state, 0o700);
  if (platform === 'win32' || dirname(places.socket) === places.state) return;
  const folder = dirname(places.socket);
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0) return;
  throw new WireError({
    code: 'folder-not-private',
    file: folder,
    message: "is not a folder that only this user can access, so it cannot hold the engine's socket",
    hint: 'remove it, or set XDG_STATE_HOME to a folder with a shorter path',
  });
}
