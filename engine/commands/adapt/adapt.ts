/** `regrip adapt`: an old policy's checkpoint becomes the start of a new one. */
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { type AdaptRequest, adaptCheckpoint } from '../../adapt/adapt.js';
import { adaptDocument, adaptText, warnings } from '../../adapt/describe.js';
import { adaptationRows } from '../../adapt/view.js';
import { UsageError } from '../../base/errors.js';
import { isThere } from '../../base/isThere.js';
import type { PlainMap } from '../../base/plain.js';
import { quoted } from '../../base/shell.js';
import { Stream } from '../../base/streams.js';
import type { ConfigFiles } from '../../config/configFile.js';
import { dataSetPath } from '../../config/dataSetPath.js';
import { findPolicyFolder, type PolicyFolder } from '../../formats/lerobot/policyFolder.js';
import { adaptCall, adaptedName } from '../../judge/adapt/call.js';
import { addMap, type MapEntries, mapTexts } from '../../judge/adapt/mapEntry.js';
import type { PrefixChoice } from '../../judge/adapt/oldPolicy.js';
import type { Moments, Strategy, Weights } from '../../judge/adapt/types.js';
import { familyOf, policySpec } from '../../judge/policy/families.js';
import { requireConfigFile } from '../../judge/requireConfigFile.js';
import { composeProject, requireEvaluated } from '../../project/composeProject.js';
import { type Io, note, type Register, report } from '../command.js';
import { AdaptInputs } from './inputs.js';
import { refuseLerobotConfig, runLerobotAdapt } from './lerobot.js';
import { refuseForeignOptions } from './lerobotOptions.js';

interface AdaptCall {
  readonly oldCkpt: string;
  readonly newCkpt?: string;
  readonly config?: string;
  readonly dataset?: string;
  readonly oldDataset?: string;
  readonly strategy: Strategy;
  readonly weights: Weights;
  readonly optimizer: Moments;
  readonly rename: ReadonlyMap<string, string>;
  readonly map: MapEntries;
  readonly allowDrop: boolean;
  readonly oldConfig?: string;
  readonly oldOverride: readonly string[];
  readonly stripPrefix?: string | true;
  readonly keepPrefix?: string | true;
  readonly seed: number;
  readonly dryRun: boolean;
  readonly overwrite: boolean;
  readonly expect?: string;
  readonly json: boolean;
}

export const registerAdapt: Register = (program, io) => {
  const command = describeCall(program.command('adapt'));
  command.action(async (overrides: string[], call: AdaptCall) => {
    if (call.newCkpt === undefined && !call.dryRun) {
      throw new UsageError(
        '--new-ckpt is missing',
        'Give the file to write, or --dry-run to see only the plan.',
      );
    }
    const isGiven = (option: string) => command.getOptionValueSource(option) === 'cli';
    await runAdapt(overrides, call, { io, isGiven });
  });
};

function describeCall(command: Command): Command {
  return command
    .description("inherit an old policy's weights: widen them to the action and observations of a new config")
    .argument('[overrides...]', 'config overrides, as train.py takes them')
    .requiredOption('--old-ckpt <file>', 'the checkpoint to inherit from (never changed)')
    .option('--new-ckpt <file>', 'the checkpoint to write')
    .option(
      '--config <file>',
      'the primary config of the new training; of LeRobot a config.json or train_config.json',
    )
    .option(
      '--dataset <folder>',
      'of LeRobot: the data set of the new training, for the new widths and their statistics; --config may then be left out',
    )
    .option(
      '--old-dataset <folder>',
      'of LeRobot: the data set that the old policy was trained on, for the names of its dimensions (default: the one of its train_config.json, if it is on this machine)',
    )
    .addOption(choice('--strategy <name>', 'what happens to the action layers', ['transplant', 'reinit']))
    .addOption(
      choice('--weights <name>', 'which old weights the model and the EMA start from', ['ema', 'model']),
    )
    .addOption(choice('--optimizer <name>', 'what happens to the optimizer moments', ['widen', 'reset']))
    .addOption(
      new Option('--rename <old=new>', 'a renamed observation; may be repeated')
        .argParser(addRename)
        .default(new Map(), 'none'),
    )
    .addOption(
      new Option(
        '--map <new=old>',
        'which old dimensions the new ones continue, by ranges and names: pose=0:7,gripper=new, left_gripper@7=new, 0:7=7:14, "agent_pos: …" for an observation; may be repeated',
      )
        .argParser(addMap)
        .default(new Map(), 'by names that both configs give, else by position'),
    )
    .option(
      '--old-config <file>',
      'the config that the old policy was trained with, if the checkpoint holds none: its primary config, or .hydra/config.yaml of its run',
    )
    .addOption(
      new Option('--old-override <key=value>', 'an override of --old-config; may be repeated')
        .argParser((text: string, before: readonly string[]) => [...before, text])
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--strip-prefix [prefix]',
        'strip the prefix of a wrapper from the old keys (module., _orig_mod. …); without a value, whichever prefix fits',
      ).conflicts('keepPrefix'),
    )
    .option('--keep-prefix [prefix]', 'keep the prefix of the old keys in the new checkpoint')
    .option('--allow-drop', 'continue even if part of the old policy is lost', false)
    .addOption(new Option('--seed <n>', 'the seed for newly initialized weights').argParser(seed).default(42))
    .option('--dry-run', 'print the plan and write nothing', false)
    .option('--overwrite', 'replace an existing output once the new one is complete', false)
    .option(
      '--expect <fingerprint>',
      'write only if the plan is unchanged: the fingerprint that --dry-run --json printed',
    )
    .option('--json', 'print one JSON document', false);
}

async function runAdapt(
  overrides: readonly string[],
  given: AdaptCall,
  { io, isGiven }: { readonly io: Io; readonly isGiven: (option: string) => boolean },
): Promise<void> {
  const inputs = new AdaptInputs();
  const folder = await findPolicyFolder(resolve(io.cwd, given.oldCkpt));
  if (folder !== undefined) {
    refuseForeignOptions(overrides, given, isGiven);
    return runLerobot(folder, overrides, given, { io, inputs });
  }
  if (given.config === undefined) await requireThere(given, io);
  const call = withConfig(given);
  const primary = resolve(io.cwd, call.config);
  await refuseLerobotConfig(primary, call.oldCkpt);
  await requireConfigFile(primary);
  const config = await composeProject(primary, overrides, { env: io.env, files: inputs.files });
  familyOf(config.resolved); // reported before anything else that may be missing
  requireEvaluated(config, primary);
  const oldCheckpoint = resolve(io.cwd, call.oldCkpt);
  const dataSet = await dataSetPath(config.resolved, primary);
  await inputs.lookAtCheckpoint(oldCheckpoint);
  await inputs.lookAtDataSet(dataSet);
  const old = await oldOf(overrides, call, { io, files: inputs.files, now: config.resolved });
  inputs.refuseUnless(call.expect);
  const output = call.dryRun || call.newCkpt === undefined ? undefined : resolve(io.cwd, call.newCkpt);
  if (output?.endsWith('.safetensors'))
    throw new UsageError(
      `--new-ckpt ${call.newCkpt}: the output is a training checkpoint`,
      'Give it a name that ends in .ckpt.',
    );
  const { strategy, weights, allowDrop, rename, map } = call;
  const result = await adaptCheckpoint({
    oldCheckpoint,
    config,
    dataSet,
    options: { strategy, weights, allowDrop, rename, map, moments: call.optimizer },
    old,
    output,
    overwrite: call.overwrite,
    random: (position) => new Stream(call.seed, 'initialisation', position),
    signal: io.signal,
  });
  if (call.json) {
    for (const line of result.notes) note(io, `note: ${line}`);
    for (const line of warnings(result)) note(io, `warning: ${line}`);
  }
  const document = { ...adaptDocument(result), fingerprint: inputs.fingerprint };
  report(io, call.json, document, () => adaptText(result, output));
  io.job?.result({ ...document, plan: { ...adaptationRows(result), inputs: inputs.all } });
}

/** What is not there is not judged by its kind. */
async function requireThere({ oldCkpt }: AdaptCall, io: Io): Promise<void> {
  if (await isThere(resolve(io.cwd, oldCkpt))) return;
  throw new UsageError(
    `--old-ckpt ${oldCkpt}: there is nothing at this path`,
    'Give a file or folder on this machine. A policy of the hub is downloaded first: hf download USER/NAME --local-dir FOLDER',
  );
}

/** With the config that every policy but LeRobot's needs. */
function withConfig(call: AdaptCall): AdaptCall & { readonly config: string } {
  const { config, dataset, oldDataset } = call;
  if (dataset !== undefined)
    throw new UsageError(
      `--dataset ${dataset}: ${call.oldCkpt} is not a policy of LeRobot; the config names the data set`,
      `Leave the option out, or override the config's path: ${quoted(`task.dataset.zarr_path=${dataset}`)}`,
    );
  if (oldDataset !== undefined)
    throw new UsageError(
      `--old-dataset ${oldDataset}: ${call.oldCkpt} is not a policy of LeRobot; the names of its dimensions come from its config`,
    );
  if (config !== undefined) return { ...call, config };
  throw new UsageError('--config is missing', 'Give the primary config of the new training.');
}

async function runLerobot(
  old: PolicyFolder,
  overrides: readonly string[],
  call: AdaptCall,
  context: { readonly io: Io; readonly inputs: AdaptInputs },
): Promise<void> {
  const { strategy, allowDrop, rename, map } = call;
  const shared = {
    old,
    options: { strategy, allowDrop, rename, map, weights: 'model', moments: 'reset' } as const,
    prefix: prefixOf(call),
    callWith: (more: readonly string[], actionDim: number) =>
      callWith(more, overrides, call, { actionDim, isFolder: true }),
    random: (position: number) => new Stream(call.seed, 'initialisation', position),
  };
  await runLerobotAdapt(call, shared, context);
}

/** Answers to what the old file does not say itself. */
async function oldOf(
  overrides: readonly string[],
  call: AdaptCall,
  { io, files, now }: { readonly io: Io; readonly files: ConfigFiles; readonly now: PlainMap },
): Promise<NonNullable<AdaptRequest['old']>> {
  const { oldConfig, oldOverride } = call;
  if (oldConfig === undefined && oldOverride.length > 0)
    throw new UsageError(`--old-override ${oldOverride[0]} needs --old-config`);
  const file = oldConfig === undefined ? undefined : resolve(io.cwd, oldConfig);
  const config = file && {
    file: oldConfig!,
    ...(await composeProject(file, oldOverride, { env: io.env, files })),
  };
  const prefix = prefixOf(call);
  return {
    ...(config && { config }),
    ...(prefix && { prefix }),
    callWith: (more) => callWith(more, overrides, call, policySpec(now)),
  };
}

function prefixOf({ stripPrefix, keepPrefix }: AdaptCall): PrefixChoice | undefined {
  const value = stripPrefix ?? keepPrefix;
  if (value === undefined) return undefined;
  const kind = stripPrefix === undefined ? 'keep' : 'strip';
  if (value === true) return { kind };
  if (!value.includes('=')) return { kind, prefix: value };
  throw new UsageError(
    `--${kind}-prefix ${value}: expected a prefix of keys, not an override`,
    'Put the option before another option, or give its prefix explicitly before the overrides.',
  );
}

/** The same command line with `more` added, ready to be copied. */
function callWith(
  more: readonly string[],
  overrides: readonly string[],
  call: AdaptCall,
  { actionDim, isFolder = false }: { readonly actionDim: number; readonly isFolder?: boolean },
): string {
  const valued = [
    ['--old-config', call.oldConfig, undefined],
    ['--dataset', call.dataset, undefined],
    ['--old-dataset', call.oldDataset, undefined],
    ['--strategy', call.strategy, 'transplant'],
    ['--weights', call.weights, 'ema'],
    ['--optimizer', call.optimizer, 'widen'],
    ['--seed', String(call.seed), '42'],
  ] as const;
  const kept = valued.flatMap(([name, value, usual]) =>
    value === undefined || value === usual || more.includes(name) ? [] : [name, value],
  );
  const repeated = call.oldOverride.flatMap((text) => ['--old-override', text]);
  const switches = [
    ...(call.allowDrop ? ['--allow-drop'] : []),
    ...(call.dryRun ? ['--dry-run'] : []),
    ...(call.overwrite ? ['--overwrite'] : []),
  ];
  return adaptCall({
    from: call.oldCkpt,
    to: call.newCkpt ?? adaptedName(call.oldCkpt, actionDim, isFolder),
    primary: call.config,
    overrides,
    renames: [...call.rename],
    maps: mapTexts(call.map),
    more: [...more, ...kept, ...repeated, ...switches],
  });
}

function choice(flags: string, what: string, names: readonly string[]): Option {
  return new Option(flags, what).choices(names).default(names[0]);
}

function addRename(text: string, known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [from, to, ...rest] = text.split('=');
  if (!from || !to || rest.length > 0) {
    throw new UsageError(`--rename ${text}: expected OLD=NEW`, 'For example --rename camera_0=image.');
  }
  return new Map([...known, [from, to]]);
}

function seed(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new UsageError(`--seed ${text}: expected a whole number of at least 0`);
}
