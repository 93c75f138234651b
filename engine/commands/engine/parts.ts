/** `regrip engine install`, `wheels` and `remove`: install TensorFlow, download it for another machine, remove it. */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type EngineFlavour, engineHome, TENSORFLOW_VERSION } from '../../base/engineHome.js';
import { UsageError } from '../../base/errors.js';
import { fixed } from '../../base/numberText.js';
import { quoted } from '../../base/shell.js';
import { onOneLine, sizeText } from '../../base/shown.js';
import { driverProblem, findDriver } from '../../work/install/driver.js';
import { installEngine } from '../../work/install/install.js';
import { InstallImpossible } from '../../work/install/installError.js';
import { type Removed, removeCachedWheels, removeEngine } from '../../work/install/remove.js';
import { askOnPath, findPip, NO_PIP, pipFix } from '../../work/install/requirements.js';
import { requireSpace } from '../../work/install/space.js';
import { downloadWheels, missingWheels } from '../../work/install/wheel.js';
import { COMPILER_WHEEL, ENGINE_PARTS, totalBytes } from '../../work/install/wheels.js';
import { type Io, note, ProgressLine, report } from '../command.js';

interface PartOptions {
  readonly cuda?: boolean;
  readonly all?: boolean;
  readonly wheels?: string;
  readonly json?: boolean;
}

const CUDA = 'with CUDA 12 for an NVIDIA card (not yet run on a GPU)';

/** Adds the subcommands. `asJson` also looks at the parent, to which commander assigns an option that both have. */
export function registerEngineParts(engine: Command, io: Io): void {
  const asJson = (options: PartOptions): boolean =>
    options.json === true || engine.opts<{ json?: boolean }>().json === true;
  engine
    .command('install')
    .description(`install TensorFlow ${TENSORFLOW_VERSION} for this user: ${costText('cpu')}`)
    .option('--cuda', `${CUDA}: ${costText('cuda12')}`)
    .option(
      '--wheels <folder>',
      'install from the wheels in this folder, without a network (see: engine wheels)',
    )
    .option('--json', 'one JSON document on stdout')
    .action((options: PartOptions) => install(io, options, asJson(options)));
  engine
    .command('wheels')
    .argument('<folder>', 'the folder to fill; complete wheels already in it are kept')
    .description('download the wheels for `engine install --wheels` on a machine without a network')
    .option('--cuda', CUDA)
    .option('--json', 'one JSON document on stdout')
    .action((folder: string, options: PartOptions) => fillFolder(io, folder, options, asJson(options)));
  engine
    .command('remove')
    .description('remove the installed TensorFlow; files that the installer did not write are kept')
    .option('--cuda', 'remove the CUDA 12 one instead')
    .option('--all', 'remove both, and the cached wheels')
    .option('--json', 'one JSON document on stdout')
    .action((options: PartOptions) => remove(io, options, asJson(options)));
}

function flavourOf(options: PartOptions): EngineFlavour {
  return options.cuda === true ? 'cuda12' : 'cpu';
}

function costText(flavour: EngineFlavour): string {
  const { wheels, installedBytes } = ENGINE_PARTS[flavour];
  return `downloads ${sizeText(totalBytes(wheels))}, takes ${sizeText(installedBytes)}`;
}

async function install(io: Io, options: PartOptions, asJson: boolean): Promise<void> {
  const flavour = flavourOf(options);
  if (flavour === 'cuda12') await warnWithoutDriver(io);
  const line = new ProgressLine(io);
  const result = await installEngine({
    home: engineHome(io.env),
    flavour,
    env: io.env,
    wheels: options.wheels === undefined ? undefined : resolve(io.cwd, options.wheels),
    log: (text) => note(io, text),
    progress: (text) => line.show(text),
    signal: io.signal,
  }).finally(() => line.done());
  const what = `TensorFlow ${TENSORFLOW_VERSION}${flavour === 'cuda12' ? ' with CUDA 12' : ''}`;
  report(io, asJson, result, () =>
    result.outcome === 'already'
      ? `${what} is installed in ${result.folder}`
      : `installed ${what} in ${result.folder} (${fixed(result.seconds, 0)} s)`,
  );
}

/** Such an engine still runs on the CPU, and a login node may install for the nodes with GPUs. */
async function warnWithoutDriver(io: Io): Promise<void> {
  const problem = driverProblem(await findDriver(askOnPath(io.env, io.signal)));
  if (problem !== undefined) note(io, `warning: ${problem}: on this machine the engine will run on the CPU`);
}

async function fillFolder(io: Io, name: string, options: PartOptions, asJson: boolean): Promise<void> {
  const folder = resolve(io.cwd, name);
  const wheels = [...ENGINE_PARTS[flavourOf(options)].wheels, COMPILER_WHEEL];
  const missing = await missingWheels(folder, wheels);
  const line = new ProgressLine(io);
  if (missing.length > 0) {
    const pip = await findPip(askOnPath(io.env, io.signal));
    if (pip === undefined) throw new InstallImpossible(NO_PIP, pipFix(false));
    await requireSpace([{ folder, bytes: totalBytes(missing), what: 'wheels', variable: 'FOLDER' }]);
    const download = { pip, env: io.env, progress: (text: string) => line.show(text), signal: io.signal };
    await downloadWheels(folder, missing, download).finally(() => line.done());
  }
  const filled = { folder, fetched: missing.map(({ file }) => file), files: wheels.map(({ file }) => file) };
  report(io, asJson, filled, () =>
    [
      `${folder} holds ${wheels.length} wheels (${sizeText(totalBytes(wheels))}), ${missing.length} of them downloaded now`,
      `  → copy it to the other machine, then run there: regrip engine install${options.cuda ? ' --cuda' : ''} --wheels ${quoted(folder)}`,
    ].join('\n'),
  );
}

async function remove(io: Io, options: PartOptions, asJson: boolean): Promise<void> {
  if (options.all && options.cuda)
    throw new UsageError('--all and --cuda exclude each other', 'give only one of them');
  const home = engineHome(io.env);
  const flavours: readonly EngineFlavour[] = options.all ? ['cpu', 'cuda12'] : [flavourOf(options)];
  const removed: Removed[] = [];
  const keep = (part: Removed | undefined): void => void (part !== undefined && removed.push(part));
  for (const flavour of flavours) keep(await removeEngine(home, flavour));
  if (options.all) keep(await removeCachedWheels(io.env));
  report(io, asJson, { removed }, () => removedText(removed, home));
}

function removedText(removed: readonly Removed[], home: string): string {
  if (removed.length === 0) return `nothing to remove in ${home}`;
  const lines = removed.map(({ folder, bytes, kept }) => {
    const rest = kept.map((file) => `\n  kept, not written by the installer: ${onOneLine(file)}`).join('');
    return `removed ${folder} (${sizeText(bytes)})${rest}`;
  });
  return lines.join('\n');
}
