/** What checks ask of the user's Python, by the folder where training starts; all sources of a project are read in the background. */
import type { CheckProject } from '../../engine/judge/checks/context.js';
import type { ProjectReader } from '../../engine/project/reader.js';
import { ProjectSource } from '../../engine/project/source.js';

interface Known {
  readonly source: ProjectSource;
  keys: ReadonlySet<string> | undefined;
}

export class Projects {
  private readonly known = new Map<string, Known>();
  private readonly stale = new Map<string, ReadonlySet<string>>();

  /** `changed` is called when an answer becomes available. */
  constructor(
    private readonly reader: ProjectReader,
    private readonly changed: () => void,
    private readonly log: (message: string) => void,
  ) {}

  readonly of = (startFolder: string): CheckProject => {
    const known = this.known.get(startFolder) ?? this.open(startFolder);
    return {
      readsKey: (workspace, prefix) => known.source.readsKey(workspace, prefix),
      keysRead: async () => known.keys,
      resolvers: (config) => known.source.resolvers(config),
      handsOver: async (key) => known.keys !== undefined && known.source.handsOver(key),
      writesKey: async (key) => known.keys !== undefined && known.source.writesKey(key),
      workspace: (target) => known.source.workspace(target),
      signature: (target) => known.source.signature(target),
      logsNothing: (target) => known.source.logsNothing(target),
      lacking: (target) => known.source.lacking(target),
    };
  };

  /** Sources changed; the known keys remain valid until they are read again. */
  forget(): void {
    for (const [folder, { keys }] of this.known) if (keys !== undefined) this.stale.set(folder, keys);
    this.known.clear();
  }

  private open(startFolder: string): Known {
    const source = new ProjectSource(startFolder, this.reader);
    const known: Known = { source, keys: this.stale.get(startFolder) };
    this.known.set(startFolder, known);
    this.readKeys(known).catch((error: unknown) =>
      this.log(`Python sources could not be read: ${String(error)}`),
    );
    return known;
  }

  private async readKeys(known: Known): Promise<void> {
    known.keys = await known.source.keysRead();
    this.changed();
  }
}
