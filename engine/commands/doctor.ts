/** `regrip doctor`: what is missing on this machine for each job, and the command that fixes it. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compose } from '../config/compose.js';
import { examine } from '../work/doctor/doctor.js';
import type { ImportedProject } from '../work/doctor/imports.js';
import { machineProbes } from '../work/doctor/probes.js';
import { doctorText } from '../work/doctor/text.js';
import { runProgram } from '../work/install/process.js';
import { meantInterpreter } from '../work/runners/python/interpreter.js';
import { type Io, type Register, report } from './command.js';
import { givenPython } from './torch.js';

interface DoctorCall {
  readonly python?: string;
  readonly config?: string;
  readonly imports: boolean;
  readonly json?: boolean;
}

/** Enough to import PyTorch, diffusers and a simulator from a cold network disk. */
const IMPORT_MS = 180_000;

export const registerDoctor: Register = (program, io) => {
  program
    .command('doctor')
    .description('show what is missing on this machine for each job, and the command that fixes it')
    .option(
      '--python <program>',
      'the Python that runs your own train.py (default: REGRIP_PYTHON, else that of the active environment)',
    )
    .option('--config <file>', 'also import what this config names')
    .option('--no-imports', 'do not import what the train.py in the current folder needs')
    .option('--json', 'one JSON document on stdout')
    .action(async (call: DoctorCall) => {
      const python = await pythonOf(call, io);
      const project = call.imports ? await projectOf(call, io) : undefined;
      const found = await examine(machineProbes(io.env, io.cwd, io.signal), python, project);
      report(io, call.json === true, found, () => doctorText(found, io.colours === true));
      if (!found.ok) io.fail();
    });
};

function pythonOf({ python }: DoctorCall, { env, cwd, signal }: Io): Promise<string> {
  const named = givenPython(python, cwd);
  return meantInterpreter(named, { env, cwd: '/', signal }); // never runs a program from the current folder just to report
}

/** Undefined where there is nothing to import: there is no train.py here and no config was given. */
async function projectOf(
  { config }: DoctorCall,
  { cwd, env, signal }: Io,
): Promise<ImportedProject | undefined> {
  if (config === undefined && !existsSync(join(cwd, 'train.py'))) return undefined;
  const modules = config === undefined ? [] : await modulesOf(resolve(cwd, config), env);
  const ask: ImportedProject['ask'] = (program, args) =>
    runProgram(program, args, { env, cwd, signal, timeoutMs: IMPORT_MS });
  return { folder: cwd, modules, ask };
}

/** Of each `_target_` at any depth. */
async function modulesOf(primary: string, env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const { resolved } = await compose(primary, [], { env });
  const modules = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === '_target_' && typeof inner === 'string' && /^\w+(?:\.\w+)+$/.test(inner))
        modules.add(inner.slice(0, inner.lastIndexOf('.')));
      walk(inner);
    }
  };
  walk(resolved);
  return [...modules];
}
