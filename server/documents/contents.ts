/** What data sets hold, read once a state by the bulk reader's thread; a judgement never waits for it. */
import type { DataSetFacts } from '../../engine/judge/gripper/dataFacts.js';
import type { BulkReader } from '../reader/bulkReader.js';

interface Known {
  /** Of the data set's state. */
  readonly stamp: string;
  /** Undefined while they are read, and where they cannot be. */
  readonly facts: DataSetFacts | undefined;
}

/** A project has a handful. */
const MAX_KNOWN = 32;

export class Contents {
  private readonly known = new Map<string, Known>();

  /** `read` is called whenever facts have come that were asked for before. */
  constructor(
    private readonly reader: BulkReader,
    private readonly read: () => void,
  ) {}

  /** Undefined until they were read, and where they cannot be: the headers tell why. */
  readonly of = async (path: string, stamp: string): Promise<DataSetFacts | undefined> => {
    if (this.known.get(path)?.stamp !== stamp) void this.start(path, stamp);
    return this.known.get(path)?.facts;
  };

  /** All is read anew when it is asked for. */
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
