/** CogAct recordings: one folder per episode, with pickled arrays, a count of steps and JPEG frames. */
import type { RecordingFormat } from '../recording.js';
import { type CogActEntry, listEpisodes } from './list.js';
import { readEpisode } from './read.js';
import { RECOGNISED_BY, recognise } from './recognise.js';

export { listEpisodes } from './list.js';
export { readEpisode } from './read.js';
export { type EpisodeSource, writeEpisode } from './write.js';

export const COGACT: RecordingFormat<CogActEntry> = {
  name: 'CogAct',
  recognisedBy: RECOGNISED_BY,
  recognise,
  list: listEpisodes,
  read: ({ path }, signal) => readEpisode(path, signal),
};
