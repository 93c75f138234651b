/** Which processes of this machine have an engine loaded. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Ids of processes that map a file below `folder`, as far as this user may see (Linux; elsewhere none). `processes` is
 * the kernel's folder of processes.
 */
export async function usersOf(folder: string, processes = '/proc'): Promise<number[]> {
  const names = await readdir(processes).catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const using = await Promise.all(
    pids.map(async (pid) => {
      // The process has ended meanwhile, or belongs to another user.
      const maps = await readFile(join(processes, pid, 'maps'), 'utf8').catch(() => '');
      return maps.includes(`${folder}/`);
    }),
  );
  return pids.filter((_, i) => using[i]).map(Number);
}
