/** `regrip inspect`: what a checkpoint holds, from its headers, and whether its values are finite, where reading them is quick. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { throwIfAborted } from '../../base/errors.js';
import { checkpointListing } from '../../formats/checkpoint/listing/listing.js';
import { bytesToRead, findNonFinite, namedTensors } from '../../formats/checkpoint/nonFinite.js';
import { openCheckpoint } from '../../formats/checkpoint/open.js';
import type { CheckpointFile, OptimizerInfo, TensorInfo } from '../../formats/checkpoint/types.js';
import { networkSize } from '../../judge/policy/networkSize.js';
import { type Io, type Register, report } from '../command.js';
import type { InspectReport, TensorReport } from './report.js';
import { inspectText } from './text.js';

export const registerInspect: Register = (program, io) => {
  program
    .command('inspect')
    .description('list what a checkpoint holds: keys, shapes, counters and its config')
    .argument('<ckpt>', 'the checkpoint (never changed)')
    .option('--hash', 'add the SHA-256 of each tensor’s bytes', false)
    .option(
      '--values',
      'read every value and name the tensors that hold NaN or infinity (exit code 1); the default for files below 1 GB',
    )
    .option('--no-values', 'read only the headers')
    .addOption(
      new Option('--listing', 'print one key per line, as the editor shows it').conflicts([
        'hash',
        'values',
        'json',
      ]),
    )
    .option('--json', 'print one JSON document', false)
    .action((ckpt: string, call: InspectCall) => inspect(resolve(io.cwd, ckpt), call, io));
};

interface InspectCall {
  readonly hash: boolean;
  /** Undefined: only where it is quick. */
  readonly values?: boolean;
  readonly listing?: boolean;
  readonly json: boolean;
}

/** Bytes of all tensors together, however often they view the same ones: a second or two from a local disk. */
const READ_ANYWAY_BYTES = 1e9;

async function inspect(path: string, { hash, values, listing, json }: InspectCall, io: Io): Promise<void> {
  const file = await openCheckpoint(path);
  try {
    if (listing) {
      const { size } = await stat(file.index.form?.weights ?? path);
      io.out(checkpointListing(file.index, { bytes: size, network: networkSize(file.index.config) }).text);
      return;
    }
    const tensors = namedTensors(file.index);
    const reads = hash || (values ?? bytesToRead(tensors) < READ_ANYWAY_BYTES);
    const nonFinite = reads ? await findNonFinite(file, tensors, io.signal) : undefined;
    if (nonFinite !== undefined && nonFinite.length > 0) io.fail();
    const document = { ...(await inspectDocument(file, hash, io)), ...(nonFinite && { nonFinite }) };
    report(io, json, document, () => inspectText(path, document));
  } finally {
    await file.close();
  }
}

async function inspectDocument(file: CheckpointFile, hash: boolean, io: Io): Promise<InspectReport> {
  const { form, stateDicts, optimizer, pickles, config, unexpectedGlobals, unexpectedCounts } = file.index;
  const dicts: [string, Record<string, TensorReport>][] = [];
  for (const [name, tensors] of Object.entries(stateDicts)) {
    dicts.push([name, await tensorReports(file, tensors, hash, io.signal)]);
  }
  return {
    ...(form !== undefined && { form: form.text }),
    stateDicts: Object.fromEntries(dicts),
    ...(optimizer !== undefined && { optimizer: optimizerReport(optimizer) }),
    pickles,
    config: config ?? null,
    ...(unexpectedGlobals.length > 0 && { unexpectedGlobals, ...(unexpectedCounts && { unexpectedCounts }) }),
  };
}

async function tensorReports(
  file: CheckpointFile,
  tensors: readonly TensorInfo[],
  hash: boolean,
  signal: AbortSignal,
) {
  const digests = new Map<string, string>();
  const reports: [string, TensorReport][] = [];
  for (const tensor of tensors) {
    const { key, shape, dtype, alias } = tensor;
    throwIfAborted(signal);
    const sha256 = hash ? (digests.get(alias ?? '') ?? digest(await file.read(tensor))) : undefined;
    if (sha256 !== undefined) digests.set(key, sha256);
    const entry = { shape, dtype, ...(alias !== undefined && { aliases: alias }), ...(sha256 && { sha256 }) };
    reports.push([key, entry]);
  }
  return Object.fromEntries(reports);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function optimizerReport({ paramGroups, state }: OptimizerInfo) {
  return { paramGroups, stateEntries: state.size };
}
