/** Finds the folder of a LeRobot policy from what a person names: the folder, one of its files, a checkpoint, or the run. */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isThere } from '../../base/isThere.js';
import { readJsonMap } from './json.js';
import { isLerobotPolicy, type LerobotConfig } from './policyConfig.js';

export const CONFIG = 'config.json';
export const WEIGHTS = 'model.safetensors';
export const TRAIN_CONFIG = 'train_config.json';
export const PROCESSORS = ['policy_preprocessor.json', 'policy_postprocessor.json'] as const;
/** How regrip made the policy, and what its dimensions are called; LeRobot does not read it. */
export const RECORD = 'regrip_adaptation.json';
/** The folder of the weights within a checkpoint; beside it lies what only a resume needs. */
const PRETRAINED = 'pretrained_model';
const CHECKPOINTS = 'checkpoints';
const LAST = 'last';

export interface PolicyFolder {
  /** With the weights and their config. */
  readonly path: string;
  readonly config: LerobotConfig;
}

/** Undefined where there is no such policy. Throws `LerobotError` where its config.json is damaged. */
export async function findPolicyFolder(path: string): Promise<PolicyFolder | undefined> {
  for (const folder of await candidates(path)) {
    if (!(await looksLikePolicy(folder))) continue;
    const config = await readJsonMap(join(folder, CONFIG));
    if (isLerobotPolicy(config)) return { path: folder, config };
  }
  return undefined;
}

/** The files whose state decides what is read from a policy's folder, also those that are not there; empty where there is none. */
export async function policyFiles(path: string): Promise<string[]> {
  for (const folder of await candidates(path))
    if (await looksLikePolicy(folder))
      return [CONFIG, WEIGHTS, TRAIN_CONFIG, RECORD, ...PROCESSORS].map((name) => join(folder, name));
  return [];
}

/** Other projects have a config.json too: one of the other files is beside a policy's. */
async function looksLikePolicy(folder: string): Promise<boolean> {
  if (!(await isThere(join(folder, CONFIG)))) return false;
  for (const name of [WEIGHTS, TRAIN_CONFIG, ...PROCESSORS, 'adapter_config.json'])
    if (await isThere(join(folder, name))) return true;
  return false;
}

async function candidates(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  if (!found.isDirectory())
    return [CONFIG, WEIGHTS, TRAIN_CONFIG].includes(basename(path)) ? [dirname(path)] : [];
  const runs = [path, join(path, CHECKPOINTS)];
  const inRuns: string[] = [];
  for (const run of runs) inRuns.push(...(await latest(run)));
  return [path, join(path, PRETRAINED), ...inRuns];
}

/** The checkpoint that `last` links to, then the one of the most steps. */
async function latest(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const steps = names.filter((name) => /^\d{1,15}$/.test(name)).sort((a, b) => Number(b) - Number(a));
  return [LAST, ...steps.slice(0, 1)].map((name) => join(folder, name, PRETRAINED));
}
