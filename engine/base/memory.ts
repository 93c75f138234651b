/** The memory of this process and all its descendants. */
import { readdir, readFile } from 'node:fs/promises';

/** Resident bytes. Where the kernel does not show processes (not Linux), those of this process alone. */
export async function residentBytes(root = process.pid): Promise<number> {
  const processes = await allProcesses();
  if (processes.size === 0) return process.memoryUsage.rss();
  const below = new Map<number, number[]>();
  for (const [pid, { parent }] of processes) below.set(parent, [...(below.get(parent) ?? []), pid]);
  const sum = (pid: number): number =>
    (below.get(pid) ?? []).reduce((total, child) => total + sum(child), processes.get(pid)?.bytes ?? 0);
  return sum(root);
}

interface Seen {
  readonly parent: number;
  readonly bytes: number;
}

async function allProcesses(): Promise<Map<number, Seen>> {
  const names = await readdir('/proc').catch((): string[] => []);
  const found = new Map<number, Seen>();
  for (const name of names.filter((one) => /^\d+$/.test(one))) {
    // The process has ended meanwhile, or belongs to another user.
    const status = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const number = (field: string): number =>
      Number(new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0);
    if (status !== '') found.set(Number(name), { parent: number('PPid'), bytes: number('VmRSS') * 1024 });
  }
  return found;
}
