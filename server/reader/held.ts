/** What the thread keeps open between requests, so that scrubbing through frames does not read a data set's headers each time. */
import { openReplayBuffer, type ReplayBuffer } from '../../engine/formats/zarr/index.js';
import { BoundedCache } from './boundedCache.js';
import type { HeldLog } from './heldLog.js';

/** A viewer each side by side. */
const MAX_BUFFERS = 3;
/** Decoded chunks of a replay buffer: some seconds of frames. */
const CHUNK_BYTES = 48 * 2 ** 20;
/** A step of a log takes about 100 bytes. */
const LOG_BYTES = 64 * 2 ** 20;

export class Held {
  private readonly buffers = new BoundedCache<ReplayBuffer>(MAX_BUFFERS);
  private readonly logs = new BoundedCache<HeldLog>(LOG_BYTES);

  /** Its arrays are judged when they are read, so that frames in a foreign codec do not hide the columns. */
  async replayBuffer(path: string, stamp: string | undefined): Promise<ReplayBuffer> {
    const open = () => openReplayBuffer(path, { cacheBytes: CHUNK_BYTES, judged: 'at-read' });
    if (stamp === undefined) return open();
    const key = `${path}|${stamp}`;
    const known = this.buffers.get(key);
    if (known !== undefined) return known;
    const buffer = await open();
    this.buffers.set(key, buffer, 1);
    return buffer;
  }

  async log(path: string, stamp: string | undefined, read: () => Promise<HeldLog>): Promise<HeldLog> {
    const key = `${path}|${stamp}`;
    const known = stamp === undefined ? undefined : this.logs.get(key);
    if (known !== undefined) return known;
    const log = await read();
    if (stamp !== undefined) this.logs.set(key, log, log.bytes);
    return log;
  }
}
