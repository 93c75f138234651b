/** Takes libtensorflow and the headers that the binding needs out of the wheel, streaming. */
import { createWriteStream } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { InstallFailed } from './errors.js';

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

/** Fills `folder` with deps/lib (libraries and links) and deps/include. Throws InstallFailed when a library is not there. */
export async function extractTensorFlow(
  wheel: string,
  folder: string,
  progress: (text: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const zip = await openZip(wheel);
  const missing = new Set(Object.keys(LIBRARIES));
  try {
    for await (const entry of zip.eachEntry()) {
      signal?.throwIfAborted();
      const place = placeOf(entry.fileName);
      if (place === undefined) continue;
      if (missing.delete(entry.fileName)) progress(`unpacking ${entry.fileName.split('/').at(-1)}`);
      await extractEntry(zip, entry, join(folder, place), signal);
    }
  } finally {
    zip.close();
  }
  if (missing.size > 0) {
    throw new InstallFailed(`${wheel} holds no ${[...missing].join(', ')}`, 'remove the file and try again');
  }
  for (const [name, target] of LINKS) await symlink(target, join(folder, 'deps', 'lib', name));
}

/** Where a member of the wheel goes, relative to the engine folder; undefined for the many that are not needed. */
function placeOf(member: string): string | undefined {
  if (Object.hasOwn(LIBRARIES, member)) return LIBRARIES[member];
  if (!member.startsWith(HEADERS) || !member.endsWith('.h')) return undefined;
  const header = member.slice(HEADERS.length);
  return HEADER_FOLDERS.some((start) => header.startsWith(start)) ? `deps/include/${header}` : undefined;
}

/** yauzl refuses member names that are absolute or climb out with `..`. */
async function openZip(wheel: string): Promise<yauzl.ZipFile> {
  try {
    return await yauzl.openPromise(wheel, { lazyEntries: true, autoClose: false });
  } catch (cause) {
    throw new InstallFailed(`${wheel} is not a whole zip file`, 'remove it and try again', cause);
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
  await pipeline(bytes, createWriteStream(target, { mode: 0o644 }), options);
}
