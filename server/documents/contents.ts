/** What data sets hold, read once per state by the bulk reader's thread; a check never waits for it. */
import type { DataSetFacts } from '../../engine/judge/gripper/dataFacts.js';
import type { BulkReader } from '../reader/bulkReader.js';

interface Known {
  /** Identifies the data set's state. */
  readonly stamp: string;
  /** Undefined while they are being read, and where they cannot be read. */
  readonly facts: DataSetFacts | undefined;
}

/** A project has a handful. */
const MAX_KNOWN = 32;

export class Contents {
  private readonly known = new Map<string, Known>();

  /** `read` is called whenever requested facts have arrived. */
  constructor(
    private readonly reader: BulkReader,
    private readonly read: () => void,
  ) {}

  /** Undefined until they are read, and where they cannot be: the headers show why. */
  readonly of = async (path: string, stamp: string): Promise<DataSetFacts | undefined> => {
    if (this.known.get(path)?.stamp !== stamp) void this.start(path, stamp);
    return this.known.get(path)?.facts;
  };

  /** Everything is read anew the next time it is needed. */
  forget(): void {
    this.known.clear();
  }

  private async start(path: string, stamp: string): Promise<void> {
    this.keep(path, { stamp, facts: undefined });
    const facts = await this.reader.request('dataSetFacts', { path }).catch(() => undefined);
    if (facts === undefined || this.known.get(path)?.stamp !== stamp) return;
    this.keep(path, { stamp, facts });
    this.read();
  }

  private keep(path: string, known: Known): void {
    this.known.delete(path);
    this.known.set(path, known);
    const [oldest] = this.known.size > MAX_KNOWN ? this.known.keys() : [];
    if (oldest !== undefined) this.known.delete(oldest);
  }
}
