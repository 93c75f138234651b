/** Gets TensorFlow's Python wheel through the user's own pip, and checks that it is the one that was pinned. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { TENSORFLOW_VERSION } from '../backend/home.js';
import { InstallFailed } from './errors.js';
import { lastLines, runProgram } from './process.js';
import type { Invocation } from './requirements.js';

/** The wheel that carries libtensorflow 2.16.2 for x86-64 Linux. Its Python ABI does not matter: no Python runs it. */
export const WHEEL = {
  name: `tensorflow_cpu-${TENSORFLOW_VERSION}-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl`,
  bytes: 214_055_683,
  sha256: 'c855cb6bf05d32dd5928086b03a5f6b4189b63c22b95e017703cbee4291023ca',
} as const;

const PIP_DOWNLOAD: readonly string[] = [
  ...['download', '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off'],
  ...['--only-binary=:all:', '--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
  ...['--platform', 'manylinux2014_x86_64', `tensorflow-cpu==${TENSORFLOW_VERSION}`],
];

export interface Download {
  readonly pip: Invocation;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export function wheelCache(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'];
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'regrip', 'wheels');
}

/** The wheel in `cache` if it is there whole; undefined when there is none. A damaged one is removed. */
export async function cachedWheel(cache: string): Promise<string | undefined> {
  const path = join(cache, WHEEL.name);
  if (!existsSync(path)) return undefined;
  if ((await stat(path)).size === WHEEL.bytes && (await sha256(path)) === WHEEL.sha256) return path;
  await rm(path, { force: true });
  return undefined;
}

/** Downloads the wheel into `cache` and returns its path. Throws InstallFailed with pip's own last words. */
export async function downloadWheel(cache: string, download: Download): Promise<string> {
  // A folder of its own, in which pip also keeps its temporary files: the size tells the progress, and /tmp may be small.
  const folder = join(cache, `.download-${process.pid}`);
  await mkdir(folder, { recursive: true });
  const watch = setInterval(() => void tellSize(folder, download.progress), 1000);
  try {
    const [program, ...args] = download.pip;
    const { status, output } = await runProgram(program, [...args, ...PIP_DOWNLOAD, '--dest', folder], {
      env: { ...download.env, TMPDIR: folder },
      signal: download.signal,
    });
    if (status !== 0) throw pipFailed(output);
    await verifyWheel(join(folder, WHEEL.name));
    await rename(join(folder, WHEEL.name), join(cache, WHEEL.name));
    return join(cache, WHEEL.name);
  } finally {
    clearInterval(watch);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws InstallFailed unless `path` is the pinned wheel, byte for byte. */
export async function verifyWheel(path: string): Promise<void> {
  const found = await sha256(path).catch((cause: unknown) => {
    throw new InstallFailed(`${path} cannot be read`, `expected the file ${WHEEL.name}`, cause);
  });
  if (found === WHEEL.sha256) return;
  throw new InstallFailed(
    `${path} is not the pinned wheel: its SHA-256 is ${found}, expected ${WHEEL.sha256}`,
    'the download was cut short or the package index serves another file; remove it and try again',
  );
}

function pipFailed(output: string): InstallFailed {
  return new InstallFailed(
    `pip could not download tensorflow-cpu ${TENSORFLOW_VERSION}: ${lastLines(output)}`,
    `check the network and pip's index, or fetch ${WHEEL.name} elsewhere and run: regrip engine install --wheel FILE`,
  );
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function tellSize(folder: string, progress: (text: string) => void): Promise<void> {
  try {
    const bytes = await folderSize(folder);
    progress(
      `downloading TensorFlow: ${Math.round(Math.min(bytes, WHEEL.bytes) / 1e6)} of ${Math.round(WHEEL.bytes / 1e6)} MB`,
    );
  } catch {
    // pip moves its files while we look; the next second sees them again.
  }
}

async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
