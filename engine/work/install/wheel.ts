/** Gets the pinned wheels: from a folder that already holds them, otherwise through the user's own pip; none is used unchecked. */

import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sizeText } from '../../base/shown.js';
import { InstallFailed } from './installError.js';
import { lastLines, runProgram } from './process.js';
import type { Invocation } from './requirements.js';
import { removeAbandoned, stagingFolder } from './staging.js';
import { totalBytes, type Wheel } from './wheels.js';

interface Download {
  readonly pip: Invocation;
  readonly env: NodeJS.ProcessEnv;
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export function wheelCache(env: NodeJS.ProcessEnv): string {
  const cache = env['XDG_CACHE_HOME'];
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'regrip', 'wheels');
}

/** The wheels that `folder` does not contain completely. One with the right name but wrong bytes counts as missing. */
export async function missingWheels(folder: string, wheels: readonly Wheel[]): Promise<Wheel[]> {
  const missing: Wheel[] = [];
  for (const wheel of wheels) if (!(await isWhole(join(folder, wheel.file), wheel))) missing.push(wheel);
  return missing;
}

/** For a machine without a network. Throws `wheels-missing` that names every file that is absent or damaged. */
export async function requireWheels(folder: string, wheels: readonly Wheel[], fill: string): Promise<void> {
  const missing = await missingWheels(folder, wheels);
  if (missing.length === 0) return;
  const lines = missing.map((wheel) =>
    existsSync(join(folder, wheel.file))
      ? `${wheel.file} (present, but not the expected file: its SHA-256 is not ${wheel.sha256})`
      : `${wheel.file} (${wheel.requirement}, ${sizeText(wheel.bytes)})`,
  );
  throw new InstallFailed(
    `${folder} lacks ${missing.length} of ${wheels.length} wheels:\n    ${lines.join('\n    ')}`,
    `on a machine with a network, run: ${fill}; then copy the folder here`,
    undefined,
    'wheels-missing',
  );
}

async function isWhole(path: string, wheel: Wheel): Promise<boolean> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  return size === wheel.bytes && (await sha256(path)) === wheel.sha256;
}

const STAGING = 'download';

/**
 * Downloads `wheels` into `folder`, one after the other: each is checked and renamed into place when complete, so that a
 * killed download resumes with the first incomplete one. Throws InstallFailed with pip's last output.
 */
export async function downloadWheels(
  folder: string,
  wheels: readonly Wheel[],
  download: Download,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await removeAbandoned(folder, STAGING);
  let done = 0;
  for (const wheel of wheels) {
    await downloadWheel(folder, wheel, download, { done, total: totalBytes(wheels) });
    done += wheel.bytes;
  }
}

async function downloadWheel(
  folder: string,
  wheel: Wheel,
  download: Download,
  bytes: { readonly done: number; readonly total: number },
): Promise<void> {
  // A separate folder, in which pip also keeps its temporary files: its size gives the progress, and /tmp may be small.
  const staging = stagingFolder(folder, STAGING);
  await mkdir(staging);
  const name = wheel.requirement.split('==')[0];
  const tell = async () => {
    const here = Math.min(await folderSize(staging), wheel.bytes);
    download.progress(`downloading ${name}: ${sizeText(bytes.done + here)} of ${sizeText(bytes.total)}`);
  };
  const watch = setInterval(() => void tell(), 1000);
  try {
    await askPip(staging, wheel, download);
    await rename(join(staging, wheel.file), join(folder, wheel.file));
  } finally {
    clearInterval(watch);
    await rm(staging, { recursive: true, force: true });
  }
}

/** pip itself refuses a file with a different hash; the second check covers a program that only claims to be pip. */
async function askPip(staging: string, wheel: Wheel, { pip, env, signal }: Download): Promise<void> {
  const requirements = join(staging, 'requirements.txt');
  await writeFile(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  const [program, ...args] = pip;
  const call = [...args, ...PIP_DOWNLOAD, '--dest', staging, '-r', requirements];
  const { status, output } = await runProgram(program, call, { env: { ...env, TMPDIR: staging }, signal });
  if (status !== 0) throw pipFailed(wheel, output);
  if (await isWhole(join(staging, wheel.file), wheel)) return;
  throw new InstallFailed(
    `pip did not download a ${wheel.file} with the SHA-256 ${wheel.sha256}`,
    'the download was incomplete or the package index serves a different file; run the same command again',
  );
}

/** manylinux2014 covers its predecessors too; an old pip accepts --abi and --platform only once. */
const PIP_DOWNLOAD: readonly string[] = [
  ...['download', '--no-deps', '--no-cache-dir', '--disable-pip-version-check', '--progress-bar', 'off'],
  ...['--only-binary=:all:', '--require-hashes', '--python-version', '3.11', '--implementation', 'cp'],
  ...['--abi', 'cp311', '--platform', 'manylinux2014_x86_64'],
];

function pipFailed(wheel: Wheel, output: string): InstallFailed {
  return new InstallFailed(
    `pip could not download ${wheel.requirement}: ${lastLines(output)}`,
    "check the network and pip's index, then run the command again (finished wheels are kept); without a network see: regrip engine wheels --help",
  );
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** 0 while pip is moving its files; the next second sees them again. */
async function folderSize(folder: string): Promise<number> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(
      files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
