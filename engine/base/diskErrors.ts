/** Turns a refused system call into an error for a person: the path, what is wrong with it, and the remedy. */
import { dirname } from 'node:path';
import { RegripError } from './errors.js';
import { quoted } from './shell.js';

interface Refusal {
  readonly message: string;
  readonly hint: (path: string) => string;
}

const ENOUGH_SPACE = 'free some space, or choose an output on another disk';

const AWAY: Refusal = {
  message: 'the drive it is on does not respond',
  hint: () => 'check that the drive is mounted and its server is up, then run the command again',
};
/** How network drives report it. */
const AWAY_NAMES = [
  'ENOTCONN',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'EREMOTEIO',
];

/** By their names in errno(3). */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  ...Object.fromEntries(AWAY_NAMES.map((name) => [name, AWAY])),
  ENOMEM: {
    message: 'the system is out of memory',
    hint: () => 'close other programs, then run the command again',
  },
  ENOSPC: { message: 'the disk is full', hint: () => ENOUGH_SPACE },
  EDQUOT: { message: 'your disk quota is used up', hint: () => `${ENOUGH_SPACE} (quota -s shows it)` },
  EFBIG: {
    message: 'would be larger than the largest file allowed here',
    hint: () => 'choose an output on another file system, or raise ulimit -f',
  },
  EROFS: {
    message: 'lies on a file system that is mounted read-only',
    hint: () => 'choose an output elsewhere, or mount it for writing',
  },
  EACCES: {
    message: 'permission denied',
    hint: (path) => `check the permissions (ls -ld ${quoted(dirname(path))}), or choose another place`,
  },
  EPERM: {
    message: 'the system does not permit this operation here',
    hint: (path) =>
      `check the owner and the attributes (ls -ld, lsattr -d ${quoted(path)}), or choose another place`,
  },
  ENAMETOOLONG: {
    message: 'the name is longer than the file system allows',
    hint: () => 'choose a shorter name (usually at most 255 bytes, and 4,096 for a whole path)',
  },
  EISDIR: { message: 'is a folder, but a file was expected', hint: () => 'name a file' },
  ENOTDIR: {
    message: 'part of the path is a file, but a folder was expected',
    hint: () => 'correct the path',
  },
  ENOENT: {
    message: 'does not exist',
    hint: (path) => `correct the path, or create its folder: mkdir -p ${quoted(dirname(path))}`,
  },
  EEXIST: { message: 'already exists', hint: () => 'choose another name' },
  ENOTEMPTY: {
    message: 'is a folder that is not empty',
    hint: () => 'choose another name, or find out what else writes there',
  },
  EMFILE: {
    message: 'this process has reached its limit of open files',
    hint: () => 'raise the limit (ulimit -n 4096) and run the command again',
  },
  ENFILE: {
    message: 'the machine has reached its limit of open files',
    hint: () => 'close other programs, or raise fs.file-max',
  },
  EXDEV: {
    message: 'would have to move to another disk or mount, which cannot be done in one step',
    hint: () => 'name an output whose folder is not a mount point or a link to another disk',
  },
  ELOOP: {
    message: 'its symbolic links form a loop',
    hint: () => 'fix the link, or name the real file',
  },
  ETXTBSY: {
    message: 'is a program that is running',
    hint: () => 'choose another name, or stop the program',
  },
  EBUSY: {
    message: 'is in use by the system or by another program',
    hint: () => 'find out what uses it (fuser -v), or choose another name',
  },
  EIO: {
    message: 'the disk failed to read or write it',
    hint: () => 'check the disk (dmesg); choose an output on another one',
  },
  ESTALE: {
    message: 'the network drive no longer recognizes it (stale file handle)',
    hint: () => 'remount the drive, then run the command again',
  },
};

/** These codes say nothing about the file itself, only that the drive or this process could not look at it right now. */
const PASSING: ReadonlySet<string | undefined> = new Set([
  ...AWAY_NAMES,
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ESTALE',
  'EIO',
]);

/** Throws errors that may be temporary, so that no caller takes an unreachable drive for a missing file. */
export function throwPassing(error: unknown, path: string): void {
  if (PASSING.has((error as NodeJS.ErrnoException).code)) throw diskError(error, path);
}

/** By the system's own name of the refusal: `disk-enospc`. */
type DiskCode = `disk-${string}`;

/** A system call on a file was refused. */
export class DiskError extends RegripError<DiskCode> {
  constructor(
    readonly errno: string,
    file: string | undefined,
    cause: unknown,
    mend?: string,
  ) {
    const { message, hint } = REFUSALS[errno]!;
    super({
      code: `disk-${errno.toLowerCase()}`,
      message: `${message} (${errno})`,
      hint: mend ?? hint(file ?? 'FILE'),
      ...(file === undefined ? {} : { file }),
      cause,
    });
  }
}

/** Turns a refused system call into a `DiskError` about `path`, or about the path that the error names; other errors stay as they are. */
export function diskError(error: unknown, path?: string): unknown {
  if (!(error instanceof Error) || error instanceof RegripError) return error;
  const { code, syscall, path: named } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || REFUSALS[code] === undefined) return error;
  const about = path ?? named;
  if (REFUSALS[code] === AWAY && about === undefined) return error; // for example, an error of a socket
  return new DiskError(code, about, error);
}

/** Carries out `work`; system calls refused in it become errors about `path`. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, path);
  }
}

/** The same for `folder`, which an output needs: where it is missing, the hint says to create it. */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  return onDisk(folder, work).catch((error: unknown) => {
    if (!(error instanceof DiskError) || error.errno !== 'ENOENT') throw error;
    const mend = `correct the path, or create the folder: mkdir -p ${quoted(folder)}`;
    throw new DiskError(error.errno, folder, error, mend);
  });
}
