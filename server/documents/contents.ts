/** What data sets hold, read once a state by the bulk reader's thread; a judgement never waits for it. */
import type { DataSetFacts } from '../../engine/gripper/dataFacts.js';
import type { BulkReader } from '../reader/bulkReader.js';

export class Contents {
  private readonly known = new Map<string, DataSetFacts | undefined>();
  private readonly reading = new Set<string>();

  /** `read` is called whenever facts have come that were asked for before. */
  constructor(
    private readonly reader: BulkReader,
    private readonly read: () => void,
  ) {}

  /** Undefined until they were read, and where they cannot be: the headers tell why. */
  readonly of = async (path: string): Promise<DataSetFacts | undefined> => {
    if (!this.known.has(path) && !this.reading.has(path)) void this.start(path);
    return this.known.get(path);
  };

  /** Data sets changed: what is known is read again when it is asked for. */
  forget(): void {
    this.known.clear();
  }

  private async start(path: string): Promise<void> {
    this.reading.add(path);
    const facts = await this.reader.request('dataSetFacts', { path }).catch(() => undefined);
    this.reading.delete(path);
    this.known.set(path, facts);
    if (facts !== undefined) this.read();
  }
}
