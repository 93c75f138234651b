/** A data set's episodes and arrays, from its headers. */
import { readMetadata } from '../../engine/formats/zarr/index.js';
import type { DataSetTable, PathParams } from './readerMessages.js';

/** Throws `ZarrError`. Arrays with unknown codecs or other lengths are listed too. */
export async function episodes({ path }: PathParams): Promise<DataSetTable> {
  const { arrays, episodeEnds } = await readMetadata(path);
  return {
    episodeEnds,
    episodeLengths: lengthsOf(episodeEnds),
    arrays: [...arrays].map(([name, { shape, dtype, chunks, compressor }]) => ({
      name,
      shape,
      dtype,
      chunks,
      compressor,
    })),
  };
}

export function lengthsOf(episodeEnds: readonly number[]): number[] {
  return episodeEnds.map((end, e) => end - (episodeEnds[e - 1] ?? 0));
}
