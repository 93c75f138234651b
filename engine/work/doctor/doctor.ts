/** Examines a machine: which job can run, what is missing, and the command that fixes it. */
import { type ImportedProject, judgeImports } from './imports.js';
import { judgeJobs } from './jobs.js';
import { judgeMachine } from './machine.js';
import type { DoctorProbes } from './probes.js';
import { judgePython } from './python.js';
import type { DoctorReport } from './report.js';
import { judgeTraining } from './training.js';

/**
 * `python` runs the user's own trainer: a program on PATH or an absolute path. Changes and downloads nothing; runs the user's
 * code only where a `project` is given.
 */
export async function examine(
  probes: DoctorProbes,
  python: string,
  project?: ImportedProject,
): Promise<DoctorReport> {
  const [jobs, training, own, imports, machine] = await Promise.all([
    judgeJobs(probes),
    judgeTraining(probes),
    judgePython(probes, python),
    project === undefined ? [] : judgeImports(project, python).then((row) => [row]),
    judgeMachine(probes),
  ]);
  const trains = training.some(({ state }) => state !== 'missing');
  return {
    ok: trains && jobs.every(({ state }) => state !== 'missing'),
    jobs: [...jobs, ...training, own, ...imports],
    machine,
  };
}
