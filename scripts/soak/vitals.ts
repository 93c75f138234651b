/** What a round leaves behind: memory and descriptors of the supervisor, processes below it, files that nobody asked for. Linux only. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Vitals {
  /** Resident, MB. */
  readonly memory: number;
  readonly descriptors: number;
  /** Below the supervisor, while no job runs. */
  readonly processes: number;
  /** In the temporary folder and among the outputs. */
  readonly leftovers: readonly string[];
}

interface Watched {
  /** The supervisor. */
  readonly pid: number;
  /** The jobs' TMPDIR, empty at the start. */
  readonly temporary: string;
  readonly outputs: string;
}

export async function vitalsOf({ pid, temporary, outputs }: Watched): Promise<Vitals> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const resident = Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1]);
  return {
    memory: resident / 1024,
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
    processes: (await childrenOf(pid)).length,
    leftovers: [...(await filesUnder(temporary)), ...(await filesUnder(outputs)).filter(isHidden)],
  };
}

export async function childrenOf(pid: number): Promise<readonly number[]> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  return lists.join(' ').split(/\s+/).filter(Boolean).map(Number);
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

/** Jobs write beside their outputs under names that begin with a dot; zarr's own and Hydra's folder begin so too. */
function isHidden(path: string): boolean {
  const isOfFormat = /\/\.(zgroup|zarray|zattrs|zmetadata)$|\/\.hydra\//.test(path);
  return !isOfFormat && /\/\.[^/]+/.test(path);
}
