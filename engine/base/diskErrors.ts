/** What the system refused, as an error for a person: the path, what is wrong with it, and the mend. */
import { dirname } from 'node:path';
import { RegripError } from './errors.js';
import { quoted } from './shell.js';

interface Refusal {
  readonly message: string;
  readonly hint: (path: string) => string;
}

const ENOUGH_SPACE = 'free some space, or choose an output on another disk';

const AWAY: Refusal = {
  message: 'the drive on which it lies does not answer',
  hint: () => 'see whether the drive is mounted and its server runs, then run the same call again',
};
/** How network drives say so. */
const AWAY_NAMES = [
  'ENOTCONN',
  'ETIMEDOUT',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'EREMOTEIO',
];

/** By what the system calls them (errno(3)). */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  ...Object.fromEntries(AWAY_NAMES.map((name) => [name, AWAY])),
  ENOMEM: {
    message: 'the system has no memory left for it',
    hint: () => 'end other programs, then run the same call again',
  },
  ENOSPC: { message: 'there is no space left on its disk', hint: () => ENOUGH_SPACE },
  EDQUOT: { message: 'your quota on its disk is used up', hint: () => `${ENOUGH_SPACE} (quota -s shows it)` },
  EFBIG: {
    message: 'is larger than a file may be here',
    hint: () => 'choose an output on another file system, or raise ulimit -f',
  },
  EROFS: {
    message: 'lies on a file system that is mounted read-only',
    hint: () => 'choose an output elsewhere, or mount it for writing',
  },
  EACCES: {
    message: 'you may not read or write here',
    hint: (path) => `look at the rights (ls -ld ${quoted(dirname(path))}), or choose another place`,
  },
  EPERM: {
    message: 'the system does not permit this here',
    hint: (path) =>
      `look at the owner and the attributes (ls -ld, lsattr -d ${quoted(path)}), or choose another place`,
  },
  ENAMETOOLONG: {
    message: 'the name is longer than the file system allows',
    hint: () => 'choose a shorter name (mostly 255 bytes, and 4,096 for a whole path)',
  },
  EISDIR: { message: 'is a folder, expected a file', hint: () => 'name a file' },
  ENOTDIR: {
    message: 'a part of the path is a file, expected a folder',
    hint: () => 'correct the path',
  },
  ENOENT: {
    message: 'is not there',
    hint: (path) => `correct the path, or make its folder: mkdir -p ${quoted(dirname(path))}`,
  },
  EEXIST: { message: 'is there already', hint: () => 'choose another name' },
  ENOTEMPTY: {
    message: 'is a folder that is not empty',
    hint: () => 'choose another name, or see who else writes there',
  },
  EMFILE: {
    message: 'this process has as many files open as it may',
    hint: () => 'raise the limit (ulimit -n 4096) and run the same call again',
  },
  ENFILE: {
    message: 'the machine has as many files open as it can',
    hint: () => 'end other programs, or raise fs.file-max',
  },
  EXDEV: {
    message: 'would have to move to another disk or mount, which cannot be done in one step',
    hint: () => 'name an output whose folder is not a mount point or a link to another disk',
  },
  ELOOP: {
    message: 'its links point at each other in a circle',
    hint: () => 'mend the link, or name the real file',
  },
  ETXTBSY: {
    message: 'is a program that runs just now',
    hint: () => 'choose another name, or end the program',
  },
  EBUSY: {
    message: 'is in use by the system or by another program',
    hint: () => 'see who uses it (fuser -v), or choose another name',
  },
  EIO: {
    message: 'the disk failed to read or write it',
    hint: () => 'look after the disk (dmesg); choose an output on another one',
  },
  ESTALE: {
    message: 'the network drive no longer knows it',
    hint: () => 'mount the drive anew, then run the same call again',
  },
};

/** These say nothing of a file, but that the drive or this process could not look just now. */
const PASSING: ReadonlySet<string | undefined> = new Set([
  ...AWAY_NAMES,
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ESTALE',
  'EIO',
]);

/** Throws what another try may not meet, so that nobody takes a drive that is away for a file that is not there. */
export function throwPassing(error: unknown, path: string): void {
  if (PASSING.has((error as NodeJS.ErrnoException).code)) throw diskError(error, path);
}

/** A system call on a file was refused. */
export class DiskError extends RegripError {
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

/** A refused system call becomes a `DiskError` about `path`, or else about the path that it names itself; other errors stay as they are. */
export function diskError(error: unknown, path?: string): unknown {
  if (!(error instanceof Error) || error instanceof RegripError) return error;
  const { code, syscall, path: named } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || REFUSALS[code] === undefined) return error;
  const about = path ?? named;
  if (REFUSALS[code] === AWAY && about === undefined) return error; // of a socket, perhaps
  return new DiskError(code, about, error);
}

/** Carries out `work`, in which refused system calls are about `path`. */
export async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, path);
  }
}

/** The same about `folder`, which an output needs: where it is missing, it is the folder to make. */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  return onDisk(folder, work).catch((error: unknown) => {
    if (!(error instanceof DiskError) || error.errno !== 'ENOENT') throw error;
    const mend = `correct the path, or make the folder: mkdir -p ${quoted(folder)}`;
    throw new DiskError(error.errno, folder, error, mend);
  });
}
