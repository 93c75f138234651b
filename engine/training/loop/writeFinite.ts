/** Writes a checkpoint only if all its values are finite: they are checked while the new file is written beside the one it would replace. */
import { countNonFinite } from '../../formats/checkpoint/nonFinite.js';
import type { CheckpointContent, TensorSource } from '../../formats/checkpoint/types.js';
import { writeCheckpoint } from '../../formats/checkpoint/write.js';

/** Throws the error that `refused` makes from the keys that hold NaN or infinity; the file at `path` then stays unchanged. */
export async function writeFinite(
  path: string,
  content: CheckpointContent,
  refused: (keys: readonly string[]) => Error,
): Promise<void> {
  const bad: string[] = [];
  const judged = { ...content, ...judging(content, (key) => bad.push(key)) };
  try {
    await writeCheckpoint(path, judged, { overwrite: true });
  } catch (error) {
    if (bad.length === 0) throw error;
    throw refused([...new Set([...bad, ...(await others(content, bad))])]);
  }
}

class Refused extends Error {}

function judging({ stateDicts, optimizer }: CheckpointContent, onBad: (key: string) => void) {
  const judge = (name: string, source: TensorSource): TensorSource => ({
    ...source,
    read: async () => {
      const bytes = await source.read();
      if (countNonFinite(bytes, source.dtype, source.key) === 0) return bytes;
      onBad(name);
      throw new Refused();
    },
  });
  return changed({ stateDicts, ...(optimizer === undefined ? {} : { optimizer }) }, judge);
}

function changed(
  { stateDicts, optimizer }: Pick<CheckpointContent, 'stateDicts' | 'optimizer'>,
  change: (name: string, source: TensorSource) => TensorSource,
): Pick<CheckpointContent, 'stateDicts' | 'optimizer'> {
  const dicts = Object.entries(stateDicts).map(([dict, sources]) => [
    dict,
    sources.map((source) => change(`${dict}.${source.key}`, source)),
  ]);
  if (optimizer === undefined) return { stateDicts: Object.fromEntries(dicts) };
  const moments = [...optimizer.state].map(([index, { step, expAvg, expAvgSq }]) => {
    const one = (source: TensorSource) => change(`optimizer.${source.key}`, source);
    return [index, { step, expAvg: one(expAvg), expAvgSq: one(expAvgSq) }] as const;
  });
  return { stateDicts: Object.fromEntries(dicts), optimizer: { ...optimizer, state: new Map(moments) } };
}

/** All keys that hold NaN or infinity, once one was found. */
async function others(content: CheckpointContent, known: readonly string[]): Promise<string[]> {
  const sources: [string, TensorSource][] = [];
  changed(content, (name, source) => {
    if (source.alias === undefined && !known.includes(name)) sources.push([name, source]);
    return source;
  });
  const bad: string[] = [];
  for (const [name, source] of sources)
    if (countNonFinite(await source.read(), source.dtype, source.key) > 0) bad.push(name);
  return bad;
}
