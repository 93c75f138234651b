/** Machines that a test can be, instead of the one that it runs on. */
import type { DoctorProbes } from '../../../engine/work/doctor/probes.js';
import type { Finished } from '../../../engine/work/install/process.js';

/** What each program answers: its output, or a full answer. A program that is not listed is not installed. */
export type Programs = Readonly<Record<string, string | Finished>>;

export interface Machine {
  readonly programs?: Programs;
  readonly files?: Readonly<Record<string, string>>;
  /** Free bytes by folder; the rest has plenty. */
  readonly free?: Readonly<Record<string, number>>;
  readonly broken?: Readonly<Record<string, string>>;
  readonly installed?: readonly ('cpu' | 'cuda12')[];
  readonly probes?: Partial<DoctorProbes>;
}

const GOOD_PYTHON = {
  python: '3.9.19',
  path: '/opt/robodiff/bin/python3',
  missing: [] as string[],
  zarr: '2.16.1',
  torch: '2.1.0',
  cuda: 'NVIDIA RTX A6000',
};

/** What the Python answers to the question about its packages. */
export function python(
  changes: Partial<Record<keyof typeof GOOD_PYTHON | 'torchError', unknown>> = {},
): string {
  return `a warning of some package\nregrip ${JSON.stringify({ ...GOOD_PYTHON, ...changes })}\n`;
}

export const WORKSTATION: Programs = {
  'g++': 'g++ (Debian 12.2.0)',
  'python3 -m pip': 'pip 24.0',
  python3: python(),
  'nvidia-smi': '550.54.15, NVIDIA RTX A6000, 49140\n',
  [process.execPath]: '2.16.2',
};

/** A Debian workstation with everything, changed by `machine`. */
export function probesOf({ programs, files, free, broken, installed, probes }: Machine): DoctorProbes {
  const answers = programs ?? WORKSTATION;
  const there = files ?? {};
  return {
    env: { REGRIP_ENGINE_HOME: '/engines', XDG_CACHE_HOME: '/cache' },
    cwd: '/data',
    nodeVersion: '20.15.0',
    platform: { os: 'linux', cpu: 'x64', glibc: '2.36' },
    cores: 16,
    memoryBytes: 64e9,
    openFiles: 20_000,
    ask: async (program, args) => answerOf(answers, program, args),
    readText: async (path) => there[path],
    list: async (folder) => namesIn(folder, there),
    freeBytes: async (folder) => free?.[folder] ?? 500e9,
    isInstalled: (flavour) => (installed ?? ['cpu', 'cuda12']).includes(flavour),
    loadProblem: async (name) => broken?.[name],
    ...probes,
  };
}

/** `python3 -m pip` is listed by its three words, everything else by the program alone. */
function answerOf(answers: Programs, program: string, args: readonly string[]): Finished {
  const answer = args[0] === '-m' ? answers[`${program} ${args[0]} ${args[1]}`] : answers[program];
  if (answer === undefined) return { status: undefined, output: `spawn ${program} ENOENT` };
  return typeof answer === 'string' ? { status: 0, output: answer } : answer;
}

function namesIn(folder: string, files: Readonly<Record<string, string>>): string[] {
  const below = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
  return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0]!))];
}
