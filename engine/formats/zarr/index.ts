/** Zarr v2 replay buffers, read and written without Python. */
export { ZarrError, type ZarrFault } from './errors.js';
export type { ArrayInfo, CodecConfig } from './metadata.js';
export {
  type OpenOptions,
  openReplayBuffer,
  type ReplayBuffer,
  type ReplayBufferMetadata,
  readMetadata,
} from './read.js';
