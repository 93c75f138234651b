/** What NVIDIA's driver reports about its GPUs, through nvidia-smi. */
import type { Ask } from './requirements.js';

interface Gpu {
  readonly name: string;
  readonly memoryMiB: number;
}

export type Driver =
  | { readonly state: 'ready'; readonly version: string; readonly gpus: readonly Gpu[] }
  /** nvidia-smi exists but does not reach a GPU: for example, the driver was updated without a restart. */
  | { readonly state: 'broken'; readonly reason: string }
  | { readonly state: 'none' };

const QUERY = ['--query-gpu=driver_version,name,memory.total', '--format=csv,noheader,nounits'];

export async function findDriver(ask: Ask): Promise<Driver> {
  const { status, output } = await ask('nvidia-smi', QUERY);
  if (status === undefined && /ENOENT/.test(output)) return { state: 'none' };
  const rows = output
    .split('\n')
    .map((line) => line.split(', ').map((field) => field.trim()))
    .filter((fields) => fields.length === 3);
  const [first] = rows;
  if (status !== 0 || first === undefined) return { state: 'broken', reason: firstLine(output) };
  const gpus = rows.map(([, name, memory]) => ({ name: name!, memoryMiB: Number(memory) }));
  return { state: 'ready', version: first[0]!, gpus };
}

function firstLine(output: string): string {
  return output.trim().split('\n')[0] || 'nvidia-smi printed nothing';
}

/** The first driver branch of CUDA 12 (NVIDIA's table of minor version compatibility, Linux). */
const OLDEST_BRANCH = 525;

/** Why the CUDA engine will not find a GPU here; undefined when it should. */
export function driverProblem(driver: Driver): string | undefined {
  switch (driver.state) {
    case 'none':
      return 'no NVIDIA driver was found (nvidia-smi is not on PATH)';
    case 'broken':
      return `the NVIDIA driver does not answer: ${driver.reason}`;
    case 'ready':
      return Number.parseInt(driver.version, 10) < OLDEST_BRANCH
        ? `the NVIDIA driver ${driver.version} is too old for CUDA 12, which needs ${OLDEST_BRANCH} or newer`
        : undefined;
    default:
      return driver satisfies never;
  }
}
