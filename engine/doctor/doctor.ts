/** Examines a machine: which job can run, what is missing, and the command that mends it. */
import { judgeJobs } from './jobs.js';
import { judgeMachine } from './machine.js';
import type { DoctorProbes } from './probes.js';
import { judgePython } from './python.js';
import type { DoctorReport } from './report.js';
import { judgeTraining } from './training.js';

/** `python` runs the user's own trainer: a program of PATH or an absolute path. Changes nothing and fetches nothing. */
export async function examine(probes: DoctorProbes, python: string): Promise<DoctorReport> {
  const [jobs, training, own, machine] = await Promise.all([
    judgeJobs(probes),
    judgeTraining(probes),
    judgePython(probes, python),
    judgeMachine(probes),
  ]);
  const trains = training.some(({ state }) => state !== 'missing');
  return {
    ok: trains && jobs.every(({ state }) => state !== 'missing'),
    jobs: [...jobs, ...training, own],
    machine,
  };
}
