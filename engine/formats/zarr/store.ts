/** A folder as a key-value store that never leaves its root: no `..`, no link to elsewhere, no device, no giant file. */
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { throwPassing } from '../../base/diskErrors.js';
import { printable, shownJson } from '../../base/shown.js';
import { missingDataSet, otherFile } from '../otherDataSet.js';
import { ZARR_FOLDER } from './recognise.js';
import { ZarrError } from './zarrError.js';

/** Metadata files have some hundred bytes, consolidated ones some thousands. */
const MAX_JSON_BYTES = 4 * 2 ** 20;

export class FolderStore {
  private constructor(
    /** As the user wrote it, for messages. */
    readonly path: string,
    private readonly root: string,
  ) {}

  /** Throws `zarr-missing` or `zarr-unsupported` when `path` is not a folder, which alone could hold a store. */
  static async open(path: string): Promise<FolderStore> {
    const found = await stat(path).catch((cause: unknown) => {
      throwPassing(cause, path);
      throw missingDataSet(path, cause);
    });
    if (!found.isDirectory()) throw await otherFile(path, [ZARR_FOLDER]);
    return new FolderStore(path, await realpath(path));
  }

  /** The absolute path of a key, for messages. */
  locate(key: string): string {
    return join(this.path, ...key.split('/'));
  }

  /** The bytes of a key, or undefined when there is no such file; longer files than `maxBytes` are refused unread. */
  async get(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const real = await this.resolve(key);
    if (real === undefined) return undefined;
    // Asked before opening: opening a pipe would wait for its writer.
    if (!(await stat(real)).isFile()) {
      throw new ZarrError('zarr-unsupported', this.locate(key), 'is not a plain file');
    }
    const file = await open(real, 'r');
    try {
      const { size } = await file.stat();
      if (size > maxBytes) {
        const found = `the file has ${size} bytes, at most ${maxBytes} can belong here`;
        throw new ZarrError('zarr-chunk', this.locate(key), found, 'The file is damaged: convert again.');
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  /** A JSON document, or undefined when there is none. */
  async json(key: string): Promise<unknown> {
    const bytes = await this.get(key, MAX_JSON_BYTES);
    if (bytes === undefined) return undefined;
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch (cause) {
      throw new ZarrError('zarr-metadata', this.locate(key), 'is not valid JSON', undefined, cause);
    }
  }

  /** Whether there is anything of that name within the store. */
  async has(key: string): Promise<boolean> {
    return (await this.resolve(key)) !== undefined;
  }

  /** Names of the folders under `key`, sorted. */
  async folders(key: string): Promise<string[]> {
    const real = await this.resolve(key);
    if (real === undefined) return [];
    const entries = await readdir(real, { withFileTypes: true }).catch((cause: unknown) => {
      throw new ZarrError(
        'zarr-metadata',
        this.locate(key),
        'is not a folder that can be read',
        undefined,
        cause,
      );
    });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => entry.name)
      .sort();
  }

  private async resolve(key: string): Promise<string | undefined> {
    if (key.split('/').some(isUnsafeSegment)) {
      throw new ZarrError('zarr-outside', this.path, `the name ${shownJson(key)} leads out of the data set`);
    }
    const real = await realpath(this.locate(key)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      const found = `cannot be followed (${error.code ?? 'unknown error'})`;
      throw new ZarrError(
        'zarr-metadata',
        printable(this.locate(key)).slice(0, 300),
        found,
        undefined,
        error,
      );
    });
    if (real === undefined || real.startsWith(this.root + sep)) return real;
    throw new ZarrError('zarr-outside', this.locate(key), 'is a link that leads out of the data set');
  }
}

function isUnsafeSegment(segment: string): boolean {
  return segment === '' || segment === '.' || segment === '..' || /[\\\0]/.test(segment);
}
