/** What the thread keeps open between requests, so that scrubbing through frames does not read a data set's headers each time. */
import { BoundedCache } from '../../engine/base/boundedCache.js';
import type { DataSet } from '../../engine/formats/dataSet.js';
import { openDataSet } from '../../engine/formats/dataSets.js';
import type { HeldLog } from './heldLog.js';

/** One per viewer side by side. */
const MAX_DATA_SETS = 3;
/** Decoded pieces of a data set: some seconds of frames. */
const PIECE_BYTES = 48 * 2 ** 20;
/** A step of a log takes about 100 bytes. */
const LOG_BYTES = 64 * 2 ** 20;

export class Held {
  private readonly dataSets = new BoundedCache<DataSet>(MAX_DATA_SETS);
  private readonly logs = new BoundedCache<HeldLog>(LOG_BYTES);

  /** Columns are checked only when read, so that frames in an unknown codec do not hide the other columns. */
  async dataSet(path: string, stamp: string | undefined): Promise<DataSet> {
    const open = () => openDataSet(path, { cacheBytes: PIECE_BYTES, judged: 'at-read' });
    if (stamp === undefined) return open();
    const key = `${path}|${stamp}`;
    const known = this.dataSets.get(key);
    if (known !== undefined) return known;
    const data = await open();
    this.dataSets.set(key, data, 1);
    return data;
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
