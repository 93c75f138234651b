/** A training written for several processes is not silently started as one: finds the launcher that starts it as intended. */
import { basename, dirname, relative } from 'node:path';
import type { Plain } from '../../../base/plain.js';
import { commandLine } from '../../../base/shell.js';
import { trainScriptsIn } from '../../../config/startFolder.js';
import { findTargets } from '../../../project/findTargets.js';
import type { Launch } from '../../../project/launch/launch.js';
import type { SourcePlace } from '../../../project/python/sourcePlace.js';
import { DISK_READER } from '../../../project/reader.js';
import { ProjectSource } from '../../../project/source.js';
import { WorkError } from '../../workError.js';

interface PlainStart {
  /** The config's `_target_`. */
  readonly workspace: Plain | undefined;
  /** Absolute, as all paths here. */
  readonly primary: string;
  readonly workingFolder: string;
  readonly script: string;
  /** The interpreter, the script and its arguments. */
  readonly words: readonly string[];
}

type Launcher = Exclude<Launch['program'], 'python' | 'regrip'>;

/** How a script is passed to each launcher; torchrun starts one process per GPU. */
const LAUNCHERS: Readonly<Record<Launcher, readonly string[]>> = {
  torchrun: ['torchrun', '--standalone', '--nproc_per_node=gpu'],
  accelerate: ['accelerate', 'launch'],
  deepspeed: ['deepspeed'],
};

/** Empty for a single-process training. Throws `needs-launcher` where a plain start would fail. */
export async function processesNote(start: PlainStart): Promise<readonly string[]> {
  const { workspace, workingFolder, script } = start;
  const source = new ProjectSource(workingFolder, DISK_READER);
  const facts = typeof workspace === 'string' ? await source.workspace(workspace) : undefined;
  const ofScript = await source.scriptProcesses(script);
  const made = ofScript?.isRequired === true ? ofScript : (facts?.distributed ?? ofScript);
  const launch = await scriptLaunch(start);
  const launcher = launch?.launcher ?? made?.launcher;
  if (launcher === undefined) return [];
  const why = [
    ...(made === undefined
      ? []
      : [
          `${made === ofScript ? basename(script) : facts!.name} is written for several processes (${shown(made.place)})`,
        ]),
    ...(launch === undefined ? [] : [`${launch.name} starts this config by ${launcher}`]),
  ].join(', and ');
  const command = await commandFor(start, launcher);
  if (made?.isRequired === true)
    throw new WorkError({
      code: 'needs-launcher',
      message: `${why}: as a single process it would fail before the first step, so it was not started`,
      hint: `put the checkpoint to start from at checkpoints/latest.ckpt in the run folder, then start it with ${command}`,
    });
  return [`WARNING: ${why}. It is started here as a single process on one GPU; to use all GPUs: ${command}`];
}

/** A launch script of the project that starts this config with a program other than Python. */
async function scriptLaunch({
  primary,
  workingFolder,
}: PlainStart): Promise<{ readonly launcher: Launcher; readonly name: string } | undefined> {
  const launches = (await findTargets(workingFolder, DISK_READER)).flatMap((target) =>
    target.primary === primary && target.script !== undefined && target.script.program !== 'regrip'
      ? [target.script]
      : [],
  );
  // Where one of them starts it plainly, a plain start is what the project itself does.
  if (launches.length === 0 || launches.some(({ program }) => program === 'python')) return undefined;
  const { file, program } = launches[0]!;
  return { launcher: program as Launcher, name: relative(workingFolder, file) };
}

/** The script for several processes, where the project has one. */
async function commandFor(
  { words, script, workingFolder, primary }: PlainStart,
  launcher: Launcher,
): Promise<string> {
  const scripts = await trainScriptsIn(workingFolder, dirname(primary));
  const named = scripts.find((file) => /ddp|dist|multi_?gpu/i.test(basename(file))) ?? script;
  const [, , ...given] = words;
  const started = commandLine([...LAUNCHERS[launcher], relative(workingFolder, named), ...given]);
  return `cd ${commandLine([workingFolder])} && ${started}`;
}

function shown({ file, line }: SourcePlace): string {
  return `${basename(file)}:${line}`;
}
