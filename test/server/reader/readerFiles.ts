/** Files for the reader's tests, and a reader on the thread that is built. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ArrayLayout, createReplayBuffer } from '../../../engine/formats/zarr/index.js';
import { BulkReader, type BulkReaderOptions } from '../../../server/reader/bulkReader.js';

/** The thread runs what `tsc` built. */
export const MODULE = new URL('../../../out/server/reader.js', import.meta.url);
/** Behaves as its request's path says. */
export const SHAM = new URL('./shamThread.mjs', import.meta.url);
export const REFERENCE = fileURLToPath(
  new URL('../../fixtures/reference/cogact-mini.160x90.zarr', import.meta.url),
);

export function openReader(options: Partial<BulkReaderOptions> = {}): BulkReader {
  return new BulkReader({ module: MODULE, ...options });
}

export interface Made {
  readonly layout: ArrayLayout;
  readonly values: Float32Array | Uint8Array;
}

/** A float32 array (N, width) whose values are `value(step, column)`. */
export function floats(
  steps: number,
  width: number,
  chunk: number,
  value: (step: number, column: number) => number,
): Made {
  const values = Float32Array.from({ length: steps * width }, (_, k) =>
    value(Math.floor(k / width), k % width),
  );
  return {
    layout: { shape: [steps, width], dtype: '<f4', chunks: [chunk, width], compressor: null },
    values,
  };
}

export async function writeZarr(
  path: string,
  arrays: Readonly<Record<string, Made>>,
  ends: readonly number[],
): Promise<string> {
  const writer = await createReplayBuffer(path);
  for (const [name, { layout, values }] of Object.entries(arrays)) {
    await writer.createArray(name, layout);
    await writer.writeRows(name, 0, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  await writer.finish(ends);
  return path;
}

/** A store as its files, for what no writer makes. */
export async function writeStore(
  path: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
}

export function zarray(shape: readonly number[], change: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    zarr_format: 2,
    shape,
    chunks: shape,
    dtype: '<f4',
    compressor: null,
    fill_value: 0,
    order: 'C',
    filters: null,
    ...change,
  });
}

/** `meta/episode_ends` with one episode of `steps`. */
export function oneEpisode(steps: number): Record<string, string | Uint8Array> {
  return {
    'meta/episode_ends/.zarray': zarray([1], { dtype: '<i8' }),
    'meta/episode_ends/0': new Uint8Array(BigInt64Array.of(BigInt(steps)).buffer),
  };
}
