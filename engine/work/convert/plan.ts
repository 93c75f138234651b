/** From the usable episodes: every array's layout and every row's place. Chunks depend on nothing else. */
import type { Episode } from '../../formats/cogact/index.js';
import type { ArrayLayout, CodecConfig } from '../../formats/zarr/index.js';
import type { Size } from './areaMean.js';
import { arrayLayout, type Column, columnsOf } from './columns.js';
import { ConvertError } from './convertError.js';
import { frameSize } from './frame.js';
import type { ConvertOptions, SkippedEpisode } from './options.js';
import type { Survey } from './survey.js';

export interface Plan {
  readonly episodes: readonly Episode[];
  readonly skipped: readonly SkippedEpisode[];
  /** Cumulative. */
  readonly episodeEnds: readonly number[];
  readonly size: Size;
  readonly image: ArrayLayout;
  /** Of each step. */
  readonly frames: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
}

/** `leftOut` are episodes whose frames turned out damaged, with the reason; the plan may add to it. */
export async function makePlan(
  survey: Survey,
  leftOut: Map<string, string>,
  options: ConvertOptions,
): Promise<Plan> {
  for (;;) {
    const { episodes, skipped } = select(survey, leftOut, options);
    const first = episodes[0];
    if (first === undefined) throw noEpisode(options.input, skipped);
    try {
      const size = options.resolution ?? (await frameSize(first.frames[0]!));
      return layOut(episodes, skipped, size, options);
    } catch (error) {
      if (!(error instanceof ConvertError) || error.code !== 'frame') throw error;
      leftOut.set(first.name, error.reason);
    }
  }
}

/** The first usable episode decides which optional columns there are; one that lacks them is left out. */
function select(
  survey: Survey,
  leftOut: ReadonlyMap<string, string>,
  options: ConvertOptions,
): { episodes: Episode[]; skipped: SkippedEpisode[] } {
  const skipped = [...survey.skipped];
  const episodes: Episode[] = [];
  for (const episode of survey.episodes) {
    const reason = leftOut.get(episode.name) ?? lacking(episode, episodes[0], options);
    if (reason === undefined) episodes.push(episode);
    else skipped.push({ episode: episode.name, reason });
  }
  return { episodes, skipped: skipped.sort((a, b) => compareNames(a.episode, b.episode)) };
}

function lacking(
  episode: Episode,
  first: Episode | undefined,
  { gripper }: ConvertOptions,
): string | undefined {
  if (first === undefined) return undefined;
  if (gripper && first.robotGripper !== undefined && episode.robotGripper === undefined) {
    return `data.pkl has no array robot_gripper, but ${first.name} has`;
  }
  if (first.timestamp !== undefined && episode.timestamp === undefined) {
    return `data.pkl has no array timestamp, but ${first.name} has`;
  }
  return undefined;
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function noEpisode(input: string, skipped: readonly SkippedEpisode[]): ConvertError {
  const reasons = skipped.slice(0, 5).map(({ episode, reason }) => `${episode}: ${reason}`);
  return new ConvertError('no-episode', input, `no episode can be used (${reasons.join('; ')})`);
}

function layOut(
  episodes: readonly Episode[],
  skipped: readonly SkippedEpisode[],
  size: Size,
  options: ConvertOptions,
): Plan {
  let end = 0;
  const episodeEnds = episodes.map(({ steps }) => {
    end += steps;
    return end;
  });
  const first = episodes[0]!.steps;
  const compressor: CodecConfig | null =
    options.compressor === 'none'
      ? null
      : { id: 'blosc', cname: 'lz4', clevel: options.compressionLevel, shuffle: 1, blocksize: 0 };
  return {
    episodes,
    skipped,
    episodeEnds,
    size,
    image: arrayLayout(first, end, [size.height, size.width, 3], '|u1', compressor),
    frames: episodes.flatMap(({ frames }) => frames),
    columns: columnsOf(episodes, options.gripper),
  };
}
