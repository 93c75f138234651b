/** How the machine is examined, gathered in one place so that a test can simulate another machine. */
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, isAbsolute } from 'node:path';
import { type EngineFlavour, engineHome, isInstalled } from '../../base/engineHome.js';
import { runProgram } from '../install/process.js';
import { type Ask, type Platform, thisPlatform } from '../install/requirements.js';
import { freeBytes } from '../install/space.js';

export interface DoctorProbes {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Without the `v`. */
  readonly nodeVersion: string;
  readonly platform: Platform;
  readonly cores: number;
  /** Memory that this process may use, including a container's limit. */
  readonly memoryBytes: number;
  /** Soft limit of this process; undefined when there is none or it is unknown. */
  readonly openFiles: number | undefined;
  /** Every program is run through this. */
  readonly ask: Ask;
  /** undefined when it is missing or may not be read. */
  readonly readText: (path: string) => Promise<string | undefined>;
  /** Names in a folder; empty when it does not exist. */
  readonly list: (folder: string) => Promise<readonly string[]>;
  readonly freeBytes: (folder: string) => Promise<number>;
  readonly isInstalled: (flavour: EngineFlavour) => boolean;
  /** Why one of our packages cannot be loaded; undefined when it can. */
  readonly loadProblem: (name: NativePart) => Promise<string | undefined>;
}

/** Our packages that are not pure JavaScript, and how each is loaded, even where it is bundled. */
const NATIVE_PARTS = {
  sharp: () => import('sharp'),
  '@tensorflow/tfjs-backend-wasm': () => import('../../tensors/backend/wasm.js'),
};
type NativePart = keyof typeof NATIVE_PARTS;

const PATIENCE_MS = 45_000; // importing torch from a cold network disk

export function machineProbes(env: NodeJS.ProcessEnv, cwd: string, signal: AbortSignal): DoctorProbes {
  const safe = { ...env, PATH: absolutePath(env['PATH'] ?? '') };
  return {
    env,
    cwd,
    nodeVersion: process.versions.node,
    platform: thisPlatform(),
    cores: availableParallelism(),
    memoryBytes: Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()),
    openFiles: openFileLimit(),
    // From the root folder: what is in the current one (a json.py, a g++) must never run.
    ask: (program, args) =>
      runProgram(program, args, { env: safe, cwd: '/', signal, timeoutMs: PATIENCE_MS }),
    readText: (path) => readFile(path, 'utf8').catch(() => undefined),
    list: (folder) => readdir(folder).catch(() => []),
    freeBytes,
    isInstalled: (flavour) => isInstalled(engineHome(env), flavour),
    loadProblem,
  };
}

/** `.` and empty entries of PATH mean the current folder. */
function absolutePath(path: string): string {
  return path.split(delimiter).filter(isAbsolute).join(delimiter);
}

function openFileLimit(): number | undefined {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = report.userLimits?.open_files?.soft;
  return typeof soft === 'number' ? soft : undefined;
}

async function loadProblem(name: NativePart): Promise<string | undefined> {
  try {
    await NATIVE_PARTS[name]();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0]! : String(error);
  }
}
