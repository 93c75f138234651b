/** Zarr v2 replay buffers as data sets that training reads. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byteView } from '../../base/byteView.js';
import { diskError } from '../../base/diskErrors.js';
import type { ColumnFile, DataSet, DataSetColumn, DataSetFormat, RowBuffer } from '../dataSet.js';
import { DataSetError, stepValues } from '../dataSet.js';
import { fillNumbers } from '../rowBuffer.js';
import { headerFiles } from './headerFiles.js';
import type { ArrayInfo } from './metadata.js';
import { openReplayBuffer, type ReplayBuffer, type ReplayBufferMetadata, readMetadata } from './read.js';
import { isZarrFolder, ZARR_FOLDER } from './recognise.js';
import { zarrStamp } from './stamp.js';

/** The Python package imagecodecs stores whole JPEG files as chunks. */
const JPEG_CODECS = ['imagecodecs_jpeg', 'jpeg'];

export const zarrReplayBuffers: DataSetFormat = {
  ...ZARR_FOLDER,
  recognise: isZarrFolder,
  headers: async (path) => headersOf(await readMetadata(path)),
  open: async (path, options) => asDataSet(await openReplayBuffer(path, options)),
  stamp: zarrStamp,
  files: headerFiles,
  columnFiles,
};

function headersOf({ path, arrays, episodeEnds }: ReplayBufferMetadata) {
  const columns = new Map([...arrays].map(([name, info]) => [name, columnOf(info)]));
  return { path, columns, episodeEnds };
}

function columnOf({ shape, dtype, chunks, compressor, rotation }: ArrayInfo): DataSetColumn {
  const stored = { piece: chunks, codec: compressor };
  return { shape, dtype, stored, ...(rotation && { rotation }) };
}

function asDataSet(buffer: ReplayBuffer): DataSet {
  return {
    ...headersOf(buffer),
    readRows: (name, from, to, into, signal) => readRows(buffer, name, [from, to], into, signal),
    readFrames: (name, steps, into, signal) => readFrames(buffer, name, steps, into, signal),
    storedPicture: async (name, step) => {
      const info = buffer.arrays.get(name);
      const isPicture = info?.filters.length === 0 && JPEG_CODECS.includes(info.compressor?.id ?? '');
      return isPicture ? buffer.readStoredStep(name, step) : undefined;
    },
    close: () => buffer.close(),
  };
}

async function readRows(
  buffer: ReplayBuffer,
  name: string,
  range: readonly [number, number],
  into: RowBuffer,
  signal: AbortSignal | undefined,
): Promise<void> {
  const dtype = buffer.arrays.get(name)?.dtype;
  if (dtype === dtypeOf(into)) return buffer.readInto(name, byteView(into), range, signal);
  const rows = await buffer.readRows(name, ...range);
  fillNumbers(rows, into, { file: buffer.path, name });
}

/** Steps that follow each other are read as one range: random rows are cheap while their chunks are cached. */
async function readFrames(
  buffer: ReplayBuffer,
  name: string,
  steps: readonly number[],
  into: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  const info = buffer.arrays.get(name);
  const bytes = info === undefined ? 0 : stepValues(info);
  if (info !== undefined && info.dtype !== '|u1') throw notFrames(buffer.path, name, info);
  for (let first = 0; first < steps.length; ) {
    let last = first + 1;
    while (last < steps.length && steps[last] === steps[last - 1]! + 1) last++;
    const rows = into.subarray(first * bytes, last * bytes);
    await buffer.readInto(name, rows, [steps[first]!, steps[last - 1]! + 1], signal);
    first = last;
  }
}

function notFrames(file: string, name: string, { dtype }: ArrayInfo): DataSetError {
  return new DataSetError({
    fault: 'not-decoded',
    code: 'data-set-array',
    file,
    message: `array ${name} has dtype ${dtype}, frames are read as bytes (|u1)`,
    hint: 'Convert the recordings again (regrip convert), which stores frames as bytes.',
  });
}

function dtypeOf(into: RowBuffer): string {
  if (into instanceof Uint8Array) return '|u1';
  return into instanceof Float32Array ? '<f4' : '<f8';
}

/** The chunks of an array, below its folder where they are nested; `.zarray` is one of its files too. */
async function columnFiles(path: string, name: string): Promise<readonly ColumnFile[]> {
  const folder = join(path, 'data', name);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw diskError(error, folder);
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ name: file.slice(folder.length + 1), path: file }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
