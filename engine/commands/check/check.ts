/** `regrip check`: what is wrong with a training config, given the data set and the checkpoint on disk. */

import { basename, resolve } from 'node:path';
import { RegripError, UsageError } from '../../base/errors.js';
import { isThere } from '../../base/isThere.js';
import { jsonText } from '../../base/jsonText.js';
import { quoted } from '../../base/shell.js';
import { indentedLines } from '../../base/terminal.js';
import { ConfigError } from '../../config/configError.js';
import { openDataSet } from '../../formats/dataSets.js';
import { findPolicyFolder, type PolicyFolder } from '../../formats/lerobot/policyFolder.js';
import type { CheckTarget } from '../../judge/checks/context.js';
import { HeaderCache } from '../../judge/checks/disk.js';
import type { Finding } from '../../judge/checks/finding.js';
import { judge } from '../../judge/checks/judge.js';
import { isLaunchScript, launchTargets } from '../../judge/checks/launchTargets.js';
import { judgeLerobot } from '../../judge/checks/lerobot/judge.js';
import { type DataSetFacts, dataSetFacts } from '../../judge/gripper/dataFacts.js';
import { requireConfigFile } from '../../judge/requireConfigFile.js';
import { exampleArguments } from '../../project/launch/exampleCall.js';
import { DISK_READER } from '../../project/reader.js';
import { ProjectSource } from '../../project/source.js';
import { type Io, type Register, report } from '../command.js';
import { CommandError } from '../commandError.js';
import { checkSarif } from './sarif.js';
import { checkText } from './text.js';

interface Flags {
  readonly dataset?: string;
  readonly runner?: string;
  readonly sarif: boolean;
  readonly json: boolean;
}

const RUNNERS = ['builtin', 'torch', 'python', 'ray'] as const;

export const registerCheck: Register = (program, io) => {
  program
    .command('check')
    .description('check a training config against its data set and checkpoint, without running anything')
    .argument(
      '<config>',
      'the primary config, a launch script (.sh): each training that it starts is checked, or the folder of a LeRobot policy',
    )
    .argument(
      '[overrides...]',
      'overrides, as train.py takes them, or the arguments of a launch script ($1 …); put -- before any that begin with a dash',
    )
    .option(
      '--runner <runner>',
      `what will train: ${RUNNERS.join(', ')} (default: the project's train.py if there is one beside the config; for a script, the one that it starts)`,
    )
    .option('--dataset <folder>', 'of LeRobot: the data set that the policy is to be trained on')
    .option('--sarif', 'print SARIF 2.1.0, for code scanning', false)
    .option('--json', 'print one JSON document', false)
    .action(async (config: string, overrides: string[], flags: Flags) => {
      const findings = await findingsIn(resolve(io.cwd, config), overrides, flags, io);
      if (findings.some(({ severity }) => severity === 'error')) io.fail();
      if (flags.sarif) io.out(`${jsonText(checkSarif(findings, io.cwd), 2)}\n`);
      else
        report(io, flags.json, { diagnostics: findings.map(diagnostic) }, () => checkText(findings, io.cwd));
    });
};

async function findingsIn(
  file: string,
  overrides: readonly string[],
  flags: Flags,
  io: Io,
): Promise<readonly Finding[]> {
  const policy = await findPolicyFolder(file);
  if (policy !== undefined) return ofLerobot(policy, overrides, flags, io);
  if (flags.dataset !== undefined)
    throw new UsageError(
      `--dataset ${flags.dataset}: ${file} is not a policy of LeRobot; the config names the data set`,
      `Leave the option out, or override the config's path: ${quoted(`task.dataset.zarr_path=${flags.dataset}`)}`,
    );
  const runner = runnerOf(flags);
  if (!(await isThere(file))) {
    throw new ConfigError({
      code: 'config-missing',
      file,
      message: 'does not exist',
      hint: 'Give the primary config of a training, or its launch script.',
    });
  }
  await requireConfigFile(file);
  if (!isLaunchScript(file)) return judged({ primary: file, overrides, runner: runner ?? 'unknown' }, io);
  return ofScript(file, overrides, runner, io);
}

function ofLerobot(
  policy: PolicyFolder,
  overrides: readonly string[],
  { dataset }: Flags,
  io: Io,
): Promise<readonly Finding[]> {
  if (overrides.length > 0)
    throw new UsageError(
      `${overrides[0]}: overrides are for Hydra's configs, and ${policy.path} is a policy of LeRobot`,
    );
  const dataSet = dataset === undefined ? undefined : resolve(io.cwd, dataset);
  return judgeLerobot({ policy, dataSet, signal: io.signal });
}

function runnerOf({ runner }: Flags): (typeof RUNNERS)[number] | undefined {
  const known = RUNNERS.find((name) => name === runner);
  if (runner !== undefined && known === undefined)
    throw new UsageError(`--runner ${runner} is unknown`, `Give one of ${RUNNERS.join(', ')}.`);
  return known;
}

/** `given` holds the script's arguments; without any, `$1` stays unknown. Throws `launch-script` where it starts no training. */
export async function ofScript(
  file: string,
  given: readonly string[],
  runner: (typeof RUNNERS)[number] | undefined,
  io: Io,
): Promise<readonly Finding[]> {
  const text = await DISK_READER.readText(file);
  const { script, targets, findings } = await launchTargets(
    file,
    text ?? '',
    DISK_READER,
    given.length > 0 ? given : undefined,
  );
  if (given.length > 0 && !script.usesArguments)
    throw new UsageError(
      `${basename(file)} takes no arguments and sets its own overrides`,
      'Give only the script, or its config with overrides.',
    );
  if (targets.length === 0 && findings.length === 0) {
    const found =
      script.launches.length === 0
        ? 'starts no training'
        : 'starts a training, but its text does not say which config';
    throw new CommandError({
      code: 'launch-script',
      file,
      message: found,
      hint:
        script.usesArguments && given.length === 0
          ? `Give the script's arguments after it, as in: ${exampleOf(file, text ?? '')}. Or give the primary config, followed by its overrides.`
          : 'Give the primary config, followed by its overrides.',
    });
  }
  const all = [...findings];
  for (const target of targets)
    all.push(...(await judged(runner === undefined ? target : { ...target, runner }, io)));
  // A finding shared by several launches of one config is reported once.
  return [
    ...new Map(
      all.map((finding) => [jsonText([finding.code, finding.span, finding.message]), finding]),
    ).values(),
  ];
}

/** Of the script's own comments where they have one. */
function exampleOf(file: string, text: string): string {
  return `regrip check ${basename(file)} ${exampleArguments(text, basename(file)) ?? 'a b'}`;
}

async function judged(target: CheckTarget, io: Io): Promise<readonly Finding[]> {
  const faults: unknown[] = [];
  const { findings } = await judge(target, {
    disk: new HeaderCache({ contents: (path) => contentsOf(path, io.signal) }),
    project: (folder) => new ProjectSource(folder, DISK_READER),
    env: io.env,
    signal: io.signal,
    onFault: (fault) => faults.push(fault),
  });
  for (const fault of faults)
    io.err(
      `a check failed: ${indentedLines(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault))}\n`,
    );
  if (faults.length > 0) io.fail();
  return findings;
}

/** A data set that cannot be read is reported by the check of its headers. */
async function contentsOf(path: string, signal: AbortSignal): Promise<DataSetFacts | undefined> {
  try {
    const data = await openDataSet(path, { judged: 'at-read' });
    return await dataSetFacts(data, signal).finally(() => data.close());
  } catch (error) {
    if (error instanceof RegripError) return undefined;
    throw error;
  }
}

/** One finding in the JSON. Lines and columns count from 1, the end is exclusive. */
export function diagnostic({ code, severity, message, span, related, fixes }: Finding) {
  return { code, severity, message, ...span, related, fixes };
}
