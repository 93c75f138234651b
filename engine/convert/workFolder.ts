/** The folder beside the output in which a conversion grows: `OUT.zarr.partial/{state.json, zarr/}`. */
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { syncFolder, writeFileAtomic } from '../base/atomic.js';
import { ConvertError } from './errors.js';
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

  /** Begins, or goes on with `--resume`. Throws when the input is not what the unfinished conversion read. */
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
    await mkdir(folder.zarr, { recursive: true });
    await folder.save();
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

  /** Gives the finished replay buffer its name; what was there before goes once it has it. */
  async publish(): Promise<void> {
    await this.removeTemporary();
    if (await exists(this.output)) await rename(this.output, this.replaced);
    await rename(this.zarr, this.output);
    await syncFolder(dirname(this.output));
    await rm(this.path, { recursive: true, force: true });
  }

  /** Removes the folder when it holds no chunk: there is nothing to go on with. */
  async discardIfEmpty(): Promise<void> {
    const entries = await readdir(this.zarr, { recursive: true, withFileTypes: true });
    if (!entries.some((entry) => entry.isFile())) await rm(this.path, { recursive: true });
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

/** Refuses what would lose data, before anything is read. */
export async function checkOutput(options: ConvertOptions): Promise<void> {
  const { input, output, resume, overwrite } = options;
  if (inside(input, output) || inside(output, input)) {
    const hint = 'Choose an output beside the recordings.';
    throw new ConvertError('output-exists', output, `the output and the recordings (${input}) overlap`, hint);
  }
  const partial = partialPath(output);
  if (await exists(output)) {
    if (resume && (await isPublished(partial))) await rm(partial, { recursive: true });
    if (!overwrite)
      throw new ConvertError(
        'output-exists',
        output,
        'the output exists',
        'Give another name or --overwrite.',
      );
    if (!(await exists(join(output, '.zgroup')))) {
      const found = 'the output exists and is no zarr folder, so it is not replaced';
      throw new ConvertError('output-exists', output, found, 'Give another name, or remove it yourself.');
    }
  }
  if ((await exists(partial)) && !resume && !overwrite) {
    const hint = 'Go on with --resume, or begin again with --overwrite.';
    throw new ConvertError('unfinished', partial, 'an unfinished conversion lies here', hint);
  }
}

function inside(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer + sep);
}

/** Killed after the output had its name, before the work folder was removed. */
async function isPublished(partial: string): Promise<boolean> {
  return (await exists(partial)) && !(await exists(join(partial, 'zarr')));
}

async function readLeftOut(path: string, fingerprint: string): Promise<Map<string, string>> {
  const state = await readState(join(path, STATE));
  if (state?.format === 1 && state.fingerprint === fingerprint) return new Map(Object.entries(state.leftOut));
  const found = 'the unfinished conversion had other options, or the recordings have changed since';
  throw new ConvertError(
    'resume-differs',
    path,
    found,
    'Give the same options, or begin again with --overwrite.',
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
