/** Which processes of this machine have an engine loaded. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Process ids that map a file below `folder`, as far as this user may ask (Linux; elsewhere none). `processes` is the folder
 * that the kernel shows them in.
 */
export async function usersOf(folder: string, processes = '/proc'): Promise<number[]> {
  const names = await readdir(processes).catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name));
  const using = await Promise.all(
    pids.map(async (pid) => {
      // Gone meanwhile, or another user's.
      const maps = await readFile(join(processes, pid, 'maps'), 'utf8').catch(() => '');
      return maps.includes(`${folder}/`);
    }),
  );
  return pids.filter((_, i) => using[i]).map(Number);
}
