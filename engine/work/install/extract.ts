/** Extracts from the wheels what an engine needs, streaming: libtensorflow, the binding's headers, NVIDIA's libraries. */
import { createWriteStream } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { InstallFailed } from './installError.js';

const LIBRARIES: Readonly<Record<string, string>> = {
  'tensorflow/libtensorflow_cc.so.2': 'deps/lib/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2': 'deps/lib/libtensorflow_framework.so.2',
};

/** The names under which the linker and the binding look for the libraries. */
const LINKS: readonly (readonly [name: string, target: string])[] = [
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow.so.2', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
];

const HEADERS = 'tensorflow/include/';
const HEADER_FOLDERS = [
  'tensorflow/c/',
  'tensorflow/core/platform/',
  'tensorflow/core/util/',
  'tsl/',
  'xla/',
];

/** Fills `folder` with deps/lib (libraries and links) and deps/include. Throws InstallFailed when a library is missing. */
export async function extractTensorFlow(
  wheel: string,
  folder: string,
  progress: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const missing = new Set(Object.keys(LIBRARIES));
  await extract(wheel, folder, signal, (member) => {
    if (missing.delete(member)) progress(`unpacking ${member.split('/').at(-1)}`);
    return placeInEngine(member);
  });
  if (missing.size > 0) throw incomplete(wheel, [...missing].join(', '));
  for (const [name, target] of LINKS) await symlink(target, join(folder, 'deps', 'lib', name));
}

/** The destination of a member of TensorFlow's wheel, relative to the engine folder; undefined for the many not needed. */
function placeInEngine(member: string): string | undefined {
  if (Object.hasOwn(LIBRARIES, member)) return LIBRARIES[member];
  if (!member.startsWith(HEADERS) || !member.endsWith('.h')) return undefined;
  const header = member.slice(HEADERS.length);
  return HEADER_FOLDERS.some((start) => header.startsWith(start)) ? `deps/include/${header}` : undefined;
}

/** Shared libraries, and the tools with which TensorFlow compiles kernels for GPUs that it has none for. */
const NVIDIA_MEMBERS =
  /^nvidia\/(?:[^/]+\/lib\/[^/]+\.so(?:\.[\d.]+)?|cuda_nvcc\/bin\/ptxas|cuda_nvcc\/nvvm\/libdevice\/[^/]+\.bc)$/;

/**
 * Fills `folder` with deps/nvidia/<package>/lib. As deps/lib takes the place of Python's folder `tensorflow`,
 * deps/nvidia takes that of `nvidia`: libtensorflow's own run path ($ORIGIN/../nvidia/…/lib) leads there.
 */
export async function extractNvidia(
  wheel: string,
  folder: string,
  progress: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  let found = false;
  await extract(wheel, folder, signal, (member) => {
    if (!NVIDIA_MEMBERS.test(member)) return undefined;
    progress(`unpacking ${member.split('/').at(-1)}`);
    found = true;
    return `deps/${member}`;
  });
  if (!found) throw incomplete(wheel, 'any NVIDIA library');
}

/** Unpacks all members, as pip would. */
export function extractWhole(wheel: string, folder: string, signal?: AbortSignal): Promise<void> {
  return extract(wheel, folder, signal, (member) => (member.endsWith('/') ? undefined : member));
}

/** yauzl refuses member names that are absolute or escape with `..`. */
async function extract(
  wheel: string,
  folder: string,
  signal: AbortSignal | undefined,
  placeOf: (member: string) => string | undefined,
): Promise<void> {
  const zip = await openZip(wheel);
  try {
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      const place = placeOf(entry.fileName);
      if (place !== undefined) await extractEntry(zip, entry, join(folder, place), signal);
    }
  } finally {
    zip.close();
  }
}

async function openZip(wheel: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(wheel, { lazyEntries: true, autoClose: false });
  } catch (cause) {
    throw new InstallFailed(`${wheel} is not a complete zip file`, 'remove it and try again', cause);
  }
}

async function extractEntry(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  target: string,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const bytes = await zip.openReadStreamPromise(entry);
  const options = signal === undefined ? {} : { signal };
  await pipeline(bytes, createWriteStream(target, { mode: modeOf(entry) }), options);
}

/** Keeps programs executable: Unix stores the mode in the upper half of the entry's attributes. */
function modeOf(entry: yauzl.Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0o100 ? 0o755 : 0o644;
}

function incomplete(wheel: string, what: string): InstallFailed {
  return new InstallFailed(`${wheel} does not contain ${what}`, 'remove the file and try again');
}
