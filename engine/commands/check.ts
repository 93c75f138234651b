/** `regrip check`: what is wrong with a training config, judged against the data set and the checkpoint on disk. */
import { resolve } from 'node:path';
import { RegripError, UsageError } from '../base/errors.js';
import type { CheckTarget } from '../checks/context.js';
import { HeaderCache } from '../checks/disk.js';
import type { Finding } from '../checks/finding.js';
import { judge } from '../checks/judge.js';
import { DISK } from '../config/configFile.js';
import { openReplayBuffer } from '../formats/zarr/index.js';
import { type DataSetFacts, dataSetFacts } from '../gripper/dataFacts.js';
import { checkSarif } from './checkSarif.js';
import { checkText } from './checkText.js';
import { type Io, type Register, report } from './command.js';

interface Flags {
  readonly runner: string;
  readonly sarif: boolean;
  readonly json: boolean;
}

const RUNNERS = ['builtin', 'python', 'ray'] as const;

export const registerCheck: Register = (program, io) => {
  program
    .command('check')
    .description('check a training config against its data set and checkpoint; nothing is run')
    .argument('<config>', 'the primary config')
    .argument(
      '[overrides...]',
      'overrides, as train.py takes them; write -- before one that begins with a dash',
    )
    .option('--runner <runner>', `who will train: ${RUNNERS.join(', ')}`, 'builtin')
    .option('--sarif', 'print SARIF 2.1.0, for code scanning', false)
    .option('--json', 'print one JSON document', false)
    .action(async (config: string, overrides: string[], flags: Flags) => {
      const findings = await findingsOf(targetOf(resolve(io.cwd, config), overrides, flags), io);
      if (findings.some(({ severity }) => severity === 'error')) io.fail();
      if (flags.sarif) io.out(`${JSON.stringify(checkSarif(findings, io.cwd), null, 2)}\n`);
      else
        report(io, flags.json, { diagnostics: findings.map(diagnostic) }, () => checkText(findings, io.cwd));
    });
};

function targetOf(primary: string, overrides: readonly string[], flags: Flags): CheckTarget {
  const runner = RUNNERS.find((name) => name === flags.runner);
  if (runner === undefined)
    throw new UsageError(`--runner ${flags.runner} is none`, `Give one of ${RUNNERS.join(', ')}.`);
  return { primary, overrides, runner };
}

async function findingsOf(target: CheckTarget, io: Io): Promise<readonly Finding[]> {
  if ((await DISK.kindOf(target.primary)) === undefined) {
    throw new RegripError({
      code: 'config-missing',
      file: target.primary,
      message: 'does not exist',
      hint: 'Give the primary config of a training.',
    });
  }
  const faults: unknown[] = [];
  const { findings } = await judge(target, {
    disk: new HeaderCache((path) => contentsOf(path, io.signal)),
    env: io.env,
    signal: io.signal,
    onFault: (fault) => faults.push(fault),
  });
  for (const fault of faults)
    io.err(`a check failed: ${fault instanceof Error ? fault.stack : String(fault)}\n`);
  if (faults.length > 0) io.fail();
  return findings;
}

/** A data set that cannot be read is told by the check of its headers. */
async function contentsOf(path: string, signal: AbortSignal): Promise<DataSetFacts | undefined> {
  try {
    const buffer = await openReplayBuffer(path, { judged: 'at-read' });
    return await dataSetFacts(buffer, signal).finally(() => buffer.close());
  } catch (error) {
    if (error instanceof RegripError) return undefined;
    throw error;
  }
}

/** One finding in the JSON. Lines and columns count from 1, the end is exclusive. */
function diagnostic({ code, severity, message, span, related, fixes }: Finding) {
  return { code, severity, message, ...span, related, fixes };
}
