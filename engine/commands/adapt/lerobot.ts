/** `regrip adapt` where the old policy is a folder of LeRobot: what the call means there. */
import { resolve } from 'node:path';
import { warnings } from '../../adapt/describe.js';
import { adaptLerobot, type LerobotAdaptRequest } from '../../adapt/lerobot/adapt.js';
import { lerobotDocument, lerobotText } from '../../adapt/lerobot/describe.js';
import type { GivenConfig } from '../../adapt/lerobot/inputs.js';
import { findOldDataSet } from '../../adapt/lerobot/oldDataSet.js';
import { adaptationRows } from '../../adapt/view.js';
import { UsageError } from '../../base/errors.js';
import { isPlainMap } from '../../base/plain.js';
import { INFO } from '../../formats/lerobot/dataSetInfo.js';
import { EPISODE_STATISTICS, STATISTICS } from '../../formats/lerobot/dataSetStatistics.js';
import { readJsonMap } from '../../formats/lerobot/json.js';
import { isLerobotPolicy, type LerobotConfig } from '../../formats/lerobot/policyConfig.js';
import { CONFIG, findPolicyFolder } from '../../formats/lerobot/policyFolder.js';
import { type Io, note, report } from '../command.js';
import type { AdaptInputs } from './inputs.js';

/** The options of the call that matter here. */
interface LerobotCall {
  readonly oldCkpt: string;
  readonly newCkpt?: string;
  readonly config?: string;
  readonly dataset?: string;
  readonly oldDataset?: string;
  readonly dryRun: boolean;
  readonly overwrite: boolean;
  readonly expect?: string;
  readonly json: boolean;
}

/** What the command line says alike of every policy. */
type Shared = Pick<LerobotAdaptRequest, 'old' | 'options' | 'prefix' | 'callWith' | 'random'>;

export async function runLerobotAdapt(
  call: LerobotCall,
  shared: Shared,
  { io, inputs }: { readonly io: Io; readonly inputs: AdaptInputs },
): Promise<void> {
  const config =
    call.config === undefined ? undefined : await givenConfig(resolve(io.cwd, call.config), inputs);
  const dataSet = call.dataset === undefined ? undefined : resolve(io.cwd, call.dataset);
  if (config === undefined && dataSet === undefined)
    throw new UsageError(
      `${call.oldCkpt} is a policy of LeRobot: neither --dataset nor --config says what the new one is`,
      'Give the LeRobot data set of the new training (--dataset FOLDER), or the config.json of the new policy (--config FILE).',
    );
  await inputs.lookAtCheckpoint(shared.old.path);
  for (const name of dataSet === undefined ? [] : [INFO, STATISTICS, EPISODE_STATISTICS])
    await inputs.look(resolve(dataSet!, name));
  const oldDataSet =
    call.oldDataset === undefined
      ? await findOldDataSet(shared.old.path, io.env)
      : resolve(io.cwd, call.oldDataset);
  if (oldDataSet !== undefined) await inputs.look(resolve(oldDataSet, INFO));
  inputs.refuseUnless(call.expect);
  const output = call.dryRun || call.newCkpt === undefined ? undefined : resolve(io.cwd, call.newCkpt);
  const result = await adaptLerobot({
    ...shared,
    config,
    dataSet,
    oldDataSet,
    output,
    overwrite: call.overwrite,
    signal: io.signal,
  });
  if (call.json) {
    for (const line of result.notes) note(io, `note: ${line}`);
    for (const line of warnings(result)) note(io, `warning: ${line}`);
  }
  const document = { ...lerobotDocument(result), fingerprint: inputs.fingerprint };
  report(io, call.json, document, () => lerobotText(result, output));
  io.job?.result({ ...document, plan: { ...adaptationRows(result), inputs: inputs.all } });
}

/** A config.json, a train_config.json, or a folder with a policy. */
async function givenConfig(path: string, inputs: AdaptInputs): Promise<GivenConfig> {
  const folder = await findPolicyFolder(path);
  const file = folder !== undefined && !path.endsWith('.json') ? resolve(folder.path, CONFIG) : path;
  await inputs.look(file);
  if (!file.endsWith('.json')) throw notLerobot(path);
  const json = await readJsonMap(file);
  if (isLerobotPolicy(json)) return { policy: json, file };
  const policy = json['policy'];
  if (isPlainMap(policy) && isLerobotPolicy(policy)) return { policy, file, training: json };
  throw notLerobot(path);
}

/** Throws where the new config is one of LeRobot although the old policy is not. */
export async function refuseLerobotConfig(path: string, oldCkpt: string): Promise<void> {
  const policy = await lerobotConfigAt(path).catch(() => undefined); // what is wrong with the file is for composing to say
  if (policy === undefined) return;
  throw new UsageError(
    `--config ${path}: it describes a ${policy.type} policy of LeRobot, and ${oldCkpt} is not the folder of one: none of its weights can be kept`,
    'If its weights are a LeRobot policy’s, keep model.safetensors beside its config.json and give that folder as --old-ckpt.',
  );
}

async function lerobotConfigAt(path: string): Promise<LerobotConfig | undefined> {
  const folder = await findPolicyFolder(path);
  if (folder !== undefined) return folder.config;
  if (!path.endsWith('.json')) return undefined;
  const json = await readJsonMap(path);
  return [json, json['policy'] ?? null].find(isLerobotPolicy);
}

function notLerobot(path: string): UsageError {
  return new UsageError(
    `--config ${path}: it is not a config of LeRobot, and the old policy is one of LeRobot: none of its weights can be kept by another policy`,
    'Give a config.json or train_config.json of LeRobot, or leave --config out and give the data set: --dataset FOLDER.',
  );
}
