/** The folder beside the output in which a conversion grows: `OUT.zarr.partial/{state.json, zarr/}`. */
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isBesideName, syncFolder, writeFileAtomic } from '../../base/atomic.js';
import { ConvertError } from './convertError.js';
import type { ConvertOptions } from './options.js';

export class WorkFolder {
  /** The replay buffer in the making. */
  readonly zarr: string;
  readonly path: string;
  private readonly replaced: string;

  private constructor(
    private readonly output: string,
    private readonly fingerprint: string,
    /** Episodes whose frames turned out damaged, and why. */
    readonly leftOut: Map<string, string>,
  ) {
    this.path = partialPath(output);
    this.zarr = join(this.path, 'zarr');
    this.replaced = join(this.path, 'replaced');
  }

  /** Begins, or continues with `--resume`. Throws when the input is not what the unfinished conversion read. */
  static async open(options: ConvertOptions, fingerprint: string): Promise<WorkFolder> {
    const path = partialPath(options.output);
    if (options.resume && (await exists(path))) {
      const folder = new WorkFolder(options.output, fingerprint, await readLeftOut(path, fingerprint));
      await folder.removeTemporary();
      return folder;
    }
    const folder = new WorkFolder(options.output, fingerprint, new Map());
    // A conversion that was killed while it replaced an output has put that aside: back with it first.
    if ((await exists(folder.replaced)) && !(await exists(options.output)))
      await rename(folder.replaced, options.output);
    await rm(path, { recursive: true, force: true });
    try {
      await mkdir(folder.zarr, { recursive: true });
      await folder.save();
    } catch (error) {
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
    return folder;
  }

  async save(): Promise<void> {
    const state: State = {
      format: 1,
      fingerprint: this.fingerprint,
      leftOut: Object.fromEntries(this.leftOut),
    };
    await writeFileAtomic(join(this.path, STATE), async (file) => {
      await file.writeFile(JSON.stringify(state));
    });
  }

  /** Gives the finished replay buffer its name; what was there before goes once it has it, and comes back where that fails. */
  async publish(log: (text: string) => void = () => undefined): Promise<void> {
    await this.removeTemporary();
    const replaces = await exists(this.output);
    if (replaces) await rename(this.output, this.replaced);
    try {
      await rename(this.zarr, this.output);
    } catch (error) {
      if (replaces) await rename(this.replaced, this.output);
      throw error;
    }
    await syncFolder(dirname(this.output)).catch((error: Error) =>
      log(`note: the folder of the data set could not be flushed to the disk (${error.message})`),
    );
    await rm(this.path, { recursive: true, force: true }).catch((error: Error) =>
      log(`note: ${this.path} is no longer needed and could not be removed (${error.message})`),
    );
  }

  /** Removes the folder when it holds no chunk; resolves to whether there is something to continue from. */
  async discardIfEmpty(): Promise<boolean> {
    const entries = await readdir(this.zarr, { recursive: true, withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) return false; // published, or removed by somebody else
    if (entries.some((entry) => entry.isFile())) return true;
    await rm(this.path, { recursive: true, force: true });
    return false;
  }

  /** Files that a killed process left half-written. */
  private async removeTemporary(): Promise<void> {
    const names = await readdir(this.zarr, { recursive: true });
    for (const name of names) if (name.endsWith('.tmp')) await rm(join(this.zarr, name), { force: true });
  }
}

const STATE = 'state.json';

interface State {
  readonly format: 1;
  readonly fingerprint: string;
  readonly leftOut: Readonly<Record<string, string>>;
}

export function partialPath(output: string): string {
  return `${output}.partial`;
}

/** Whether a folder holds nothing but what a conversion leaves. */
export async function isWorkFolder(path: string): Promise<boolean> {
  const ours = new Set([STATE, 'zarr', 'replaced']);
  return (await readdir(path)).every((name) => ours.has(name) || isBesideName(name));
}

async function readLeftOut(path: string, fingerprint: string): Promise<Map<string, string>> {
  const state = await readState(join(path, STATE));
  if (state?.format === 1 && state.fingerprint === fingerprint) return new Map(Object.entries(state.leftOut));
  const found = 'the unfinished conversion had other options, or the recordings have changed since';
  throw new ConvertError(
    'resume-differs',
    path,
    found,
    'Use the same options, or start again with --overwrite.',
  );
}

/** Undefined when the folder was made but not begun, or by something else. */
async function readState(file: string): Promise<State | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as State;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
