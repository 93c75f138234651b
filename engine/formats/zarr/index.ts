/** Zarr v2 replay buffers, read and written without Python. */

export { decodeChunk, encodeChunk } from './codecs.js';
export { zarrReplayBuffers } from './format.js';
export { type ArrayLayout, COLUMN_COMPRESSOR, layoutChunkBytes, replayBufferChunks } from './layout.js';
export type { CodecConfig } from './metadata.js';
export {
  openReplayBuffer,
  readMetadata,
} from './read.js';
export {
  chunkName,
  createReplayBuffer,
  type StoredChunk,
  writeChunks,
} from './write.js';
