/** CogAct recordings: a folder an episode with arrays, steps and frames. The input is never changed. */
export { EpisodeError, type EpisodeFault } from './cogactError.js';
export { type EpisodeEntry, listEpisodes } from './list.js';
export { type Episode, readEpisode } from './read.js';
export { type EpisodeSource, writeEpisode } from './write.js';
