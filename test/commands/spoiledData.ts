/** A copy of the small data set in which chosen values of an array are replaced. */
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openReplayBuffer } from '../../engine/formats/zarr/index.js';
import { DATA_SET } from '../adapt/fixtures.js';

/** `at`: indices into the array's values, all steps in order. */
export async function spoiledData(
  to: string,
  array: string,
  at: readonly number[],
  value: number,
): Promise<{ readonly ends: readonly number[] }> {
  await cp(DATA_SET, to, { recursive: true });
  const buffer = await openReplayBuffer(DATA_SET);
  const { shape, dtype } = buffer.arrays.get(array)!;
  const bytes = (await buffer.readRows(array, 0, shape[0]!)).data.slice();
  await buffer.close();
  const view = new DataView(bytes.buffer);
  for (const index of at)
    if (dtype === '<f8') view.setFloat64(index * 8, value, true);
    else view.setFloat32(index * 4, value, true);
  const folder = join(to, 'data', array);
  const header = JSON.parse(await readFile(join(folder, '.zarray'), 'utf8'));
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await writeFile(join(folder, '.zarray'), JSON.stringify({ ...header, chunks: shape, compressor: null }));
  await writeFile(join(folder, shape.map(() => '0').join('.')), bytes);
  return { ends: buffer.episodeEnds };
}
