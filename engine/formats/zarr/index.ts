/** Zarr v2 replay buffers, read and written without Python. */

export { decodeChunk, encodeChunk } from './codecs.js';
export { zarrReplayBuffers } from './format.js';
export { type ArrayLayout, COLUMN_COMPRESSOR, layoutChunkBytes, replayBufferChunks } from './layout.js';
export type { ArrayInfo, CodecConfig } from './metadata.js';
export {
  openReplayBuffer,
  type ReplayBuffer,
  type ReplayBufferMetadata,
  readMetadata,
} from './read.js';
export {
  chunkName,
  createReplayBuffer,
  type ReplayBufferWriter,
  type StoredChunk,
  writeChunks,
} from './write.js';
export { ZarrError, type ZarrFault } from './zarrError.js';
