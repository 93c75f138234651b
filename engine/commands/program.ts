/** The table of commands, and the contract of the exit codes: 0 done, 1 a finding or a failed job, 2 wrong usage. */
import { Command, CommanderError } from 'commander';
import { diskError } from '../base/diskErrors.js';
import { RegripError, UsageError } from '../base/errors.js';
import { onOneLine } from '../base/shown.js';
import { indentedLines, terminalText } from '../base/terminal.js';
import { registerAdapt } from './adapt/adapt.js';
import { registerCheck } from './check/check.js';
import type { Io, Register, Terminal } from './command.js';
import { registerCompose } from './compose.js';
import { registerConvert } from './convert.js';
import { registerDoctor } from './doctor.js';
import { registerEngine } from './engine/engine.js';
import { registerEvaluate } from './evaluate/evaluate.js';
import { registerExplain } from './explain.js';
import { registerFinetune } from './finetune/finetune.js';
import { registerGripper } from './gripper/gripper.js';
import { registerInspect } from './inspect/inspect.js';
import { registerPredict } from './predict.js';
import { registerReport } from './report.js';
import { versionText } from './version.js';

const COMMANDS: readonly Register[] = [
  registerAdapt,
  registerCheck,
  registerCompose,
  registerConvert,
  registerDoctor,
  registerEngine,
  registerEvaluate,
  registerExplain,
  registerFinetune,
  registerGripper,
  registerInspect,
  registerPredict,
  registerReport,
];

/** Runs one call of `regrip` and returns its exit code. Never throws, never exits the process. */
export async function run(args: readonly string[], io: Terminal): Promise<number> {
  if (args[0] === '--version') {
    gated(io).out(`${versionText()}\n`);
    return 0;
  }
  try {
    return await execute(args, io);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return explain(diskError(error), gated(io));
  }
}

/** The same for callers that show errors themselves: throws the command's error, or commander's `CommanderError` for wrong usage. */
export async function execute(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const io = gated(terminal);
  const program = new Command('regrip')
    .option('--version', 'print the version')
    .description('Takes a robot diffusion policy from 7-D actions (pose) to 8-D (pose + gripper)')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err, outputError: wrongCall })
    .showHelpAfterError('(see --help)');
  const commandIo: Io = {
    ...io,
    fail: () => {
      code = 1;
    },
  };
  for (const register of COMMANDS) register(program, commandIo);
  for (const command of program.commands) command.exitOverride();
  await program.parseAsync(args.map(guideSpelling), { from: 'user' });
  return code;
}

/** Upstream's guide writes `--input_dir`; options here are spelled with hyphens and accept those names as aliases. */
function guideSpelling(arg: string): string {
  const [name, ...rest] = arg.split('=');
  if (!name!.startsWith('--')) return arg;
  const alias = GUIDE_ALIASES[name!] ?? name!;
  return [alias, ...rest].join('=');
}

const GUIDE_ALIASES: Readonly<Record<string, string>> = {
  '--input_dir': '--input',
  '--output_zarr': '--output',
  '--target_resolution': '--resolution',
  '--old_ckpt': '--old-ckpt',
  '--new_ckpt': '--new-ckpt',
};

/** Everything a command prints passes through here. */
function gated(terminal: Terminal): Omit<Io, 'fail'> {
  const { interactive, colours } = terminal;
  return {
    ...terminal,
    out: (text) => terminal.out(terminalText(text, { colours })),
    err: (text) => terminal.err(terminalText(text, { rewrites: interactive })),
  };
}

/** Commander's message repeats what was typed; its suggestion follows on a line of its own. */
function wrongCall(text: string, write: (text: string) => void): void {
  const [said = '', ...suggestion] = text.trimEnd().split('\n(Did you mean ');
  write([onOneLine(said), ...suggestion.map((rest) => `(Did you mean ${onOneLine(rest)}`)].join('\n'));
  write('\n');
}

function explain(error: unknown, io: Omit<Io, 'fail'>): number {
  if (error instanceof RegripError) {
    io.err(`error: ${error.message}\n`);
    if (error.hint !== undefined) io.err(`  → ${error.hint}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
  if (io.signal.aborted && error === io.signal.reason) {
    io.err('stopped\n');
    return 1;
  }
  io.err(`${indentedLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
  return 1;
}
