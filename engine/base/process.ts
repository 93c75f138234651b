/** Processes of this machine: whether one is still running, and the environment that a new one gets. */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The oldest Node of package.json's `engines`. */
export const OLDEST_NODE = [20, 15] as const;
/** The newest major version that the tests run the way from recordings to a training on. */
export const NEWEST_TRIED_NODE = 26;

/** A newer Node mostly works; where it does not, its version is the first thing to look at. */
export function isNodeUntried(version: string): boolean {
  return Number(version.split('.')[0]) > NEWEST_TRIED_NODE;
}

/** Whether `version` (`20.19.4`) is new enough. */
export function isNodeSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Identifies a process so that a later one with the same pid is not mistaken for it. */
export interface ProcessMark {
  readonly pid: number;
  /** The machine's boot and the process's start time within it; undefined where the system does not report them (not Linux). */
  readonly birth?: string | undefined;
}

export function markOf(pid: number): ProcessMark {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold spaces; the start time is the 20th field after it (proc(5)).
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return { pid, birth: `${boot}:${startTime}` };
  } catch {
    return { pid };
  }
}

/** The scope within which a pid identifies one process: the host and the container on it. */
export function machineOf(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

export function isSameAlive(mark: ProcessMark): boolean {
  return isAlive(mark.pid) && (mark.birth === undefined || markOf(mark.pid).birth === mark.birth);
}

/** `env` without the variables that would make a process behave as part of the editor; where this process is the editor's own, its children run as plain Node. */
export function engineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name));
  const asNode = process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' };
  return { ...Object.fromEntries(kept), ...asNode };
}
