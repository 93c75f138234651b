/** A data set's episodes and columns, from its headers. */
import { readDataSetHeaders } from '../../engine/formats/dataSets.js';
import type { DataSetTable, PathParams } from './readerMessages.js';

/** Throws `DataSetError`. Columns with unknown codecs or differing lengths are listed too. */
export async function episodes({ path }: PathParams): Promise<DataSetTable> {
  const { columns, episodeEnds } = await readDataSetHeaders(path);
  return {
    episodeEnds,
    episodeLengths: lengthsOf(episodeEnds),
    arrays: [...columns].map(([name, { shape, dtype, stored, rotation }]) => ({
      name,
      shape,
      dtype,
      chunks: stored.piece,
      compressor: stored.codec,
      ...(rotation && { rotation }),
    })),
  };
}

function lengthsOf(episodeEnds: readonly number[]): number[] {
  return episodeEnds.map((end, e) => end - (episodeEnds[e - 1] ?? 0));
}
