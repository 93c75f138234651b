/** The formats of data sets that training reads, one row each, and the way into a data set of any of them. */
import type { ColumnFile, DataSet, DataSetFormat, DataSetHeaders, OpenOptions } from './dataSet.js';
import { otherDataSet } from './otherDataSet.js';
import { zarrReplayBuffers } from './zarr/index.js';

/** Asked in this order. */
export const DATA_SET_FORMATS: readonly DataSetFormat[] = [zarrReplayBuffers];

/** Opens a data set of any format. Throws `DataSetError`: what was looked for, what was found, what to do. */
export async function openDataSet(path: string, options: OpenOptions = {}): Promise<DataSet> {
  return (await formatOf(path)).open(path, options);
}

/** Columns and episode ends, not judged: a column may be of another length, or coded in a way that is not read. */
export async function readDataSetHeaders(path: string): Promise<DataSetHeaders> {
  return (await formatOf(path)).headers(path);
}

/** Tells one state of a data set from the next without reading it; undefined where no format reads what lies there. */
export async function dataSetStamp(path: string): Promise<string | undefined> {
  return (await recognised(path).catch(() => undefined))?.stamp(path);
}

/**
 * The files and folders that change with a data set, `path` itself first; absolute, also where nothing is there. Before a format is
 * known, those of all formats: any of them may come.
 */
export async function dataSetFiles(path: string): Promise<readonly string[]> {
  const known = await recognised(path).catch(() => undefined);
  const formats = known === undefined ? DATA_SET_FORMATS : [known];
  const files = await Promise.all(formats.map((format) => format.files(path)));
  return [...new Set([path, ...files.flat()])];
}

/** The files whose bytes a column's values are made of. */
export async function columnFiles(path: string, name: string): Promise<readonly ColumnFile[]> {
  return (await formatOf(path)).columnFiles(path, name);
}

async function formatOf(path: string): Promise<DataSetFormat> {
  const format = await recognised(path);
  if (format === undefined) throw await otherDataSet(path, DATA_SET_FORMATS);
  return format;
}

/** Rejects where the drive does not respond, which says nothing about the data set. */
async function recognised(path: string): Promise<DataSetFormat | undefined> {
  for (const format of DATA_SET_FORMATS) if (await format.recognise(path)) return format;
  return undefined;
}
