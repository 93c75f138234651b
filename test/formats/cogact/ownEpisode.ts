/** An episode of the reference recordings that each test of a file has for itself and may damage. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach } from 'vitest';
import type { NdArray } from '../../../engine/formats/ndarray.js';
import { PyDict } from '../../../engine/formats/pickle/model.js';
import { fromNdArray, toNdArrays } from '../../../engine/formats/pickle/numpy.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import type { Episode } from '../../../engine/formats/recording.js';
import { ownFolder } from '../../ownFolder.js';
import { MINI } from '../../work/convert/folders.js';

export const STEPS = 24;

export interface OwnEpisode {
  /** The folder that holds it, and what lies there. */
  path(...parts: readonly string[]): string;
  /** The episode's folder, and what lies there. */
  within(...parts: readonly string[]): string;
  /** Replaces arrays of its data.pkl; undefined removes one. */
  change(edit: Readonly<Record<string, NdArray | undefined>>): Promise<void>;
}

/** Called once at the top of a test file. */
export function ownEpisode(): OwnEpisode {
  const folder = ownFolder();
  const within = (...parts: readonly string[]) => folder.path('episode_0000', ...parts);
  beforeEach(() => cp(join(MINI, 'episode_0000'), within(), { recursive: true }));
  return { path: folder.path, within, change: (edit) => changeArrays(within('data.pkl'), edit) };
}

async function changeArrays(
  file: string,
  edit: Readonly<Record<string, NdArray | undefined>>,
): Promise<void> {
  const bytes = await readFile(file);
  const arrays = new Map<string, NdArray | undefined>(toNdArrays(readPickle(bytes), bytes.length));
  for (const [key, array] of Object.entries(edit)) arrays.set(key, array);
  const nodes = [...arrays].flatMap(([key, array]) =>
    array === undefined ? [] : [[key, fromNdArray(array)] as const],
  );
  await writeFile(file, writePickle(new PyDict([...nodes]), { protocol: 4 }));
}

export const values = ({ columns }: Episode, name: string) => columns.get(name)!.values;
export const framesOf = ({ cameras }: Episode) => cameras.get('image')!.map(({ path }) => path);

/** A column of that episode's length. */
export const column = (dtype: string, data: ArrayBufferView, ...row: number[]): NdArray => ({
  dtype,
  shape: [STEPS, ...row],
  data: new Uint8Array(data.buffer as ArrayBuffer),
});
