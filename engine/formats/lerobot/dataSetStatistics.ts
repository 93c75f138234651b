/** The statistics of a LeRobot data set by feature: `meta/stats.json`, or (version 2.1) one line an episode, joined as LeRobot joins them. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { diskError } from '../../base/diskErrors.js';
import { throwIfAborted } from '../../base/errors.js';
import { isThere } from '../../base/isThere.js';
import { asNumber, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { shownJson, shownName } from '../../base/shown.js';
import { type FeatureStatistics, JoinedStatistics, wrongStatistics as wrong } from './joinedStatistics.js';
import { parseJsonText, readJsonMap } from './json.js';

export const STATISTICS = 'meta/stats.json';
export const EPISODE_STATISTICS = 'meta/episodes_stats.jsonl';

/** One line has the statistics of all features of an episode: some kilobytes. */
const MAX_LINE = 2 ** 20;
/** A hundred thousand episodes. */
const MAX_EPISODES_BYTES = 2 ** 30;

export type DataSetStatistics = ReadonlyMap<string, FeatureStatistics>;

/** Undefined where the data set has none. Throws `LerobotError` naming what is wrong. */
export async function readDataSetStatistics(
  path: string,
  signal?: AbortSignal,
): Promise<DataSetStatistics | undefined> {
  const [whole, lines] = [join(path, STATISTICS), join(path, EPISODE_STATISTICS)];
  if (await isThere(whole)) return statisticsOf(await readJsonMap(whole), whole);
  return (await isThere(lines)) ? readEpisodes(lines, signal) : undefined;
}

function statisticsOf(map: PlainMap, file: string): DataSetStatistics {
  return new Map(Object.entries(map).map(([name, entry]) => [name, featureOf(name, entry, file)]));
}

function featureOf(name: string, entry: Plain, file: string): FeatureStatistics {
  if (!isPlainMap(entry)) throw wrong(file, `${shownName(name)} is ${shownJson(entry)}, expected a mapping`);
  return new Map(
    Object.entries(entry).map(([statistic, value]) => {
      const numbers = flat(value);
      if (numbers === undefined)
        throw wrong(file, `${shownName(`${name}.${statistic}`)} is ${shownJson(value)}, expected numbers`);
      return [statistic, numbers];
    }),
  );
}

/** Numbers nested in lists; undefined where anything else is among them. */
function flat(value: Plain): number[] | undefined {
  if (!Array.isArray(value)) {
    const number = asNumber(value);
    return number === undefined ? undefined : [number];
  }
  const parts = value.map((item: Plain) => flat(item));
  return parts.includes(undefined) ? undefined : (parts as number[][]).flat();
}

async function readEpisodes(file: string, signal: AbortSignal | undefined): Promise<DataSetStatistics> {
  const found = await stat(file);
  if (!found.isFile()) throw wrong(file, 'is not a regular file');
  if (found.size > MAX_EPISODES_BYTES)
    throw wrong(file, `has ${found.size} bytes, more than the limit of ${MAX_EPISODES_BYTES}`);
  const features = new Map<string, JoinedStatistics>();
  let number = 0;
  for await (const line of boundedLines(file)) {
    throwIfAborted(signal);
    number += 1;
    if (line.trim() !== '') addEpisode(features, line, `${file}:${number}`);
  }
  return new Map([...features].map(([name, joined]) => [name, joined.result()]));
}

async function* boundedLines(file: string): AsyncGenerator<string> {
  const input = createReadStream(file, { encoding: 'utf8' });
  let pending = 0;
  // A line without an end would be held as a whole.
  input.on('data', (piece) => {
    const end = piece.lastIndexOf('\n');
    pending = end < 0 ? pending + piece.length : piece.length - end;
    if (pending > MAX_LINE) input.destroy(wrong(file, `has a line of more than ${MAX_LINE} characters`));
  });
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const failed = new Promise<never>((_, reject) => input.once('error', reject));
  failed.catch(() => undefined);
  try {
    const each = lines[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([each.next(), failed]);
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    throw diskError(error, file);
  } finally {
    lines.close();
    input.destroy();
  }
}

function addEpisode(features: Map<string, JoinedStatistics>, line: string, place: string): void {
  const episode = parseJsonText(line, place);
  const stats = isPlainMap(episode) ? episode['stats'] : undefined;
  if (!isPlainMap(stats)) throw wrong(place, 'has no stats by feature');
  for (const [name, statistics] of statisticsOf(stats, place)) {
    const joined = features.get(name);
    if (joined === undefined) features.set(name, new JoinedStatistics(name, statistics, place));
    else joined.add(statistics, place);
  }
}
