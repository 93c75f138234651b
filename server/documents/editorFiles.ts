/** Config files as the editor has them: unsaved text first, then the disk; each is parsed once until it changes. */
import type { TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { type ConfigFile, type ConfigFiles, configFileOf, DISK } from '../../engine/config/configFile.js';
import { uriOf } from './uris.js';

/** How many parsed files are kept: a project has a few dozen. */
const MAX_PARSED = 1000;

interface Parsed {
  readonly stamp: string;
  readonly file: Promise<ConfigFile>;
}

export class EditorFiles implements ConfigFiles {
  private readonly parsed = new Map<string, Parsed>();

  /** `look` returns the stamp of a file on disk, and remembers that it was requested. */
  constructor(
    private readonly documents: TextDocuments<TextDocument>,
    private readonly look: (path: string) => Promise<string>,
  ) {}

  async kindOf(path: string): Promise<'file' | 'folder' | undefined> {
    if (this.open(path) !== undefined) return 'file';
    await this.look(path);
    return DISK.kindOf(path);
  }

  async read(path: string): Promise<ConfigFile> {
    const document = this.open(path);
    if (document !== undefined)
      return this.once(path, `v${document.version}`, async () => configFileOf(document.getText(), path));
    return this.once(path, await this.look(path), () => DISK.read(path));
  }

  /** Everything is read anew the next time it is needed. */
  forget(): void {
    this.parsed.clear();
  }

  open(path: string): TextDocument | undefined {
    return this.documents.get(uriOf(path));
  }

  private once(path: string, stamp: string, read: () => Promise<ConfigFile>): Promise<ConfigFile> {
    const before = this.parsed.get(path);
    if (before?.stamp === stamp) return before.file;
    const file = read();
    this.parsed.delete(path);
    this.parsed.set(path, { stamp, file });
    for (const oldest of this.parsed.keys()) {
      if (this.parsed.size <= MAX_PARSED) break;
      this.parsed.delete(oldest);
    }
    return file;
  }
}
