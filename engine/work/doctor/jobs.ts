/** The jobs that need nothing but Node and this package: convert, adapt, the checks, the gripper. */
import { isNodeSupported, isNodeUntried, NEWEST_TRIED_NODE, OLDEST_NODE } from '../../base/process.js';
import { sizeText } from '../../base/shown.js';
import type { DoctorProbes } from './probes.js';
import type { Row } from './report.js';

const NEEDED = {
  convert: { least: 100e6, usual: 5e9 }, // 18,000 frames of 320 × 180, compressed
  adapt: { least: 400e6, usual: 1e9 }, // one checkpoint of the reference policy is 323 MB
} as const;

export async function judgeJobs(probes: DoctorProbes): Promise<Row[]> {
  const node = nodeProblem(probes.nodeVersion);
  if (node !== undefined) return JOBS.map((name) => ({ name, state: 'missing', ...node }));
  const found = nodeText(probes.nodeVersion);
  return [
    await judgeConvert(probes, found),
    await judgeWriter('adapt', probes, found),
    { name: 'inspect, compose', state: 'ok', found },
    { name: 'gripper', state: 'ok', found },
  ];
}

function nodeText(version: string): string {
  const untried = ` (untried; the newest that was tried is ${NEWEST_TRIED_NODE})`;
  return `Node ${version}${isNodeUntried(version) ? untried : ''}`;
}

const JOBS = ['convert', 'adapt', 'inspect, compose', 'gripper'];

function nodeProblem(version: string): { found: string; fix: string } | undefined {
  if (isNodeSupported(version)) return undefined;
  return {
    found: `Node ${version} is older than ${OLDEST_NODE.join('.')}`,
    fix: 'install Node 20.15 or newer, for example: nvm install 20',
  };
}

async function judgeConvert(probes: DoctorProbes, found: string): Promise<Row> {
  const problem = await probes.loadProblem('sharp');
  if (problem === undefined) return judgeWriter('convert', probes, `${found}, sharp`);
  return {
    name: 'convert',
    state: 'missing',
    found: `the image decoder cannot be loaded: ${problem}`,
    fix: 'npm install --ignore-scripts --include=optional sharp',
  };
}

/** Checked in the current folder, since outputs usually go below it. */
async function judgeWriter(name: 'convert' | 'adapt', probes: DoctorProbes, found: string): Promise<Row> {
  const free = await probes.freeBytes(probes.cwd);
  const disk = `${sizeText(free)} free in ${probes.cwd}`;
  const { least, usual } = NEEDED[name];
  if (free >= usual) return { name, state: 'ok', found: `${found}, ${disk}` };
  return {
    name,
    state: free < least ? 'missing' : 'warning',
    found: `${disk}; ${sizeText(usual)} are typically needed`,
    fix: 'free some space, or write to a larger disk',
  };
}
