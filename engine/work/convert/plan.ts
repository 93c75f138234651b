/** From the usable episodes: every array's layout and every row's place. Chunks depend on nothing else. */
import { countText } from '../../base/counted.js';
import type { FrameSource } from '../../formats/recording/frames.js';
import { RecordingError } from '../../formats/recording.js';
import type { ArrayLayout, CodecConfig } from '../../formats/zarr/index.js';
import type { Size } from './areaMean.js';
import { arrayLayout, type Column, columnsOf } from './columns.js';
import { ConvertError } from './convertError.js';
import { frameSize } from './frame.js';
import type { ConvertOptions, SkippedEpisode } from './options.js';
import type { EpisodeSurvey } from './survey.js';
import { lacking, type UsableEpisode } from './usable.js';

export interface Plan {
  readonly episodes: readonly UsableEpisode[];
  readonly skipped: readonly SkippedEpisode[];
  /** Cumulative. */
  readonly episodeEnds: readonly number[];
  readonly size: Size;
  readonly image: ArrayLayout;
  /** Of each step. */
  readonly frames: readonly FrameSource[];
  readonly columns: ReadonlyMap<string, Column>;
}

/** `leftOut` are episodes whose frames turned out damaged, with the reason; the plan may add to it. */
export async function makePlan(
  survey: EpisodeSurvey,
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
      if (!(error instanceof RecordingError) || error.code !== 'frame') throw error;
      leftOut.set(first.name, error.reason);
    }
  }
}

/** The first usable episode decides which optional columns there are; one that lacks them is left out. */
function select(
  survey: EpisodeSurvey,
  leftOut: ReadonlyMap<string, string>,
  options: ConvertOptions,
): { episodes: UsableEpisode[]; skipped: SkippedEpisode[] } {
  const skipped = [...survey.skipped];
  const episodes: UsableEpisode[] = [];
  for (const episode of survey.episodes) {
    const [first] = episodes;
    const reason = leftOut.get(episode.name) ?? (first && lacking(episode, first, options.gripper));
    if (reason === undefined) episodes.push(episode);
    else skipped.push({ episode: episode.name, reason });
  }
  return { episodes, skipped: skipped.sort((a, b) => compareNames(a.episode, b.episode)) };
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const SHOWN = 5;

function noEpisode(input: string, skipped: readonly SkippedEpisode[]): ConvertError {
  const reasons = skipped.slice(0, SHOWN).map(({ episode, reason }) => `${episode}: ${reason}`);
  if (skipped.length > SHOWN) reasons.push(`and ${countText(skipped.length - SHOWN)} more`);
  return new ConvertError('no-episode', input, `no episode can be used (${reasons.join('; ')})`);
}

function layOut(
  episodes: readonly UsableEpisode[],
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
    columns: columnsOf(episodes, options.gripper, options.rotation),
  };
}
