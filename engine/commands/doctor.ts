/** `regrip doctor`: what is missing on this machine for each job, and the command that mends it. */
import { resolve } from 'node:path';
import { examine } from '../doctor/doctor.js';
import { machineProbes } from '../doctor/probes.js';
import { doctorText } from '../doctor/text.js';
import { type Register, report } from './command.js';

export const registerDoctor: Register = (program, io) => {
  program
    .command('doctor')
    .description('show what is missing on this machine for each job, and the command that mends it')
    .option('--python <program>', 'the Python that runs your own train.py', 'python3')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: { python: string; json?: boolean }) => {
      // A bare name is looked up on PATH; everything else counts from the current folder.
      const python = /[\\/]/.test(options.python) ? resolve(io.cwd, options.python) : options.python;
      const found = await examine(machineProbes(io.env, io.cwd, io.signal), python);
      report(io, options.json === true, found, () => doctorText(found, io.colours === true));
      if (!found.ok) io.fail();
    });
};
