/** Calls of `regrip finetune` that a message offers: going on with a run, and going back to where its numbers still were numbers. */
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RegripError } from '../base/errors.js';
import { fourDigits } from '../base/numberText.js';
import { asNumber, at } from '../base/plain.js';
import { commandLine } from '../base/shell.js';
import type { ComposedConfig } from '../config/types.js';
import { findNonFinite, namedTensors } from '../formats/checkpoint/nonFinite.js';
import { openCheckpoint } from '../formats/checkpoint/open.js';
import type { OnNaN } from '../runners/python.js';
import { NOT_FINITE } from '../train/notFinite.js';
import { readPosition } from '../train/position.js';
import type { RunFolder, Runner } from '../train/runFolder.js';

/** The call as it was typed. */
export interface FinetuneWords {
  readonly configFile: string;
  readonly overrides: readonly string[];
  readonly oldCkpt?: string | undefined;
  readonly init?: string | undefined;
  readonly runner: Runner;
  readonly python?: string | undefined;
  readonly trainScript?: string | undefined;
  readonly onNan?: OnNaN | undefined;
}

export interface Place {
  readonly cwd: string;
  readonly folder: RunFolder;
}

export function goOnCall(words: FinetuneWords, { cwd, folder }: Place): string {
  const overrides = resumingOverrides(words.overrides);
  return callOf({ ...words, overrides }, ['--run-dir', shown(cwd, folder.path)]);
}

/** With these a call goes on with the checkpoint of its run folder. */
export function resumingOverrides(overrides: readonly string[]): string[] {
  return [...without(overrides, 'training.resume'), 'training.resume=True'];
}

function callOf(words: FinetuneWords, more: readonly string[]): string {
  const { configFile, overrides, runner, python, trainScript, onNan } = words;
  return commandLine([
    ...['regrip', 'finetune', configFile, ...overrides, ...more],
    ...(runner === 'builtin' ? [] : ['--runner', runner]),
    ...(python === undefined ? [] : ['--python', python]),
    ...(trainScript === undefined ? [] : ['--train-script', trainScript]),
    ...(onNan === undefined ? [] : ['--on-nan', onNan]),
  ]);
}

/** A training that ended since its numbers were none any more, told with the way back; any other error as it is. */
export async function withWayBack(
  error: unknown,
  words: FinetuneWords,
  config: ComposedConfig,
  place: Place,
  signal?: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof RegripError) || error.code !== NOT_FINITE) return error;
  const { good, bad } = await lastGood(place.folder, signal);
  const skipped =
    bad.length === 0 ? '' : `; not finite: ${bad.map((path) => shown(place.cwd, path)).join(', ')}`;
  const last =
    good === undefined
      ? 'The run has no checkpoint that is whole and finite'
      : `The last checkpoint that is whole and finite is ${shown(place.cwd, good.path)} (${good.place})`;
  return new RegripError({
    code: error.code,
    message: `${error.message}. ${last}${skipped}`,
    hint: `to go on from ${good === undefined ? 'the beginning' : 'it'} with a lower learning rate: ${wayBack(words, config, place, good?.path, bad.length > 0)}`,
    cause: error,
  });
}

const RATE = 'optimizer.learning_rate';

function wayBack(
  words: FinetuneWords,
  { resolved }: ComposedConfig,
  { cwd, folder }: Place,
  good: string | undefined,
  hasBad: boolean,
): string {
  const rate = asNumber(at(resolved, RATE.split('.')));
  const lower = rate === undefined ? undefined : String(Number(fourDigits(rate / 10)));
  const lowered = [...without(words.overrides, RATE), ...(lower === undefined ? [] : [`${RATE}=${lower}`])];
  const here = shown(cwd, folder.path);
  const again = { ...words, overrides: lowered };
  // PyTorch takes the rate that a checkpoint's optimizer holds, so train.py begins anew with the weights alone.
  if (good === folder.latest && words.runner === 'builtin') return goOnCall(again, { cwd, folder });
  const fresh = `${here === '.' ? 'run' : here}-lower-lr`;
  if (good !== undefined) return callOf(again, ['--init', shown(cwd, good), '--run-dir', fresh]);
  const from = words.oldCkpt === undefined ? [] : ['--old-ckpt', words.oldCkpt];
  const init = words.init === undefined ? [] : ['--init', words.init];
  return callOf(again, [...from, ...init, '--run-dir', hasBad ? fresh : here]);
}

interface Good {
  readonly path: string;
  readonly place: string;
}

/** `latest.ckpt` if it is, else the newest of the others. Reads each to its end. */
async function lastGood(
  { checkpoints, latest }: RunFolder,
  signal: AbortSignal | undefined,
): Promise<{ readonly good: Good | undefined; readonly bad: readonly string[] }> {
  const bad: string[] = [];
  for (const path of await newestFirst(checkpoints, latest)) {
    const place = await whereIfFinite(path, signal).catch(() => undefined);
    if (place !== undefined) return { good: { path, place }, bad };
    bad.push(path);
  }
  return { good: undefined, bad };
}

async function newestFirst(folder: string, latest: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith('.ckpt') && !name.startsWith('.'));
  const dated = await Promise.all(
    files.map(async (name) => {
      const path = join(folder, name);
      const time = path === latest ? Number.POSITIVE_INFINITY : (await stat(path)).mtimeMs;
      return { path, time };
    }),
  );
  return dated.sort((a, b) => b.time - a.time).map(({ path }) => path);
}

/** Undefined where a number of it is none. */
async function whereIfFinite(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const file = await openCheckpoint(path);
  try {
    if ((await findNonFinite(file, namedTensors(file.index), signal)).length > 0) return undefined;
    const { epoch, globalStep } = readPosition(file.index.pickles, file.index.optimizer?.state.size ?? 0, 1);
    return `${globalStep} ${globalStep === 1 ? 'step' : 'steps'}, ${epoch} ${epoch === 1 ? 'epoch' : 'epochs'} done`;
  } finally {
    await file.close();
  }
}

function without(overrides: readonly string[], key: string): string[] {
  return overrides.filter((override) => override.replace(/^\++/, '').split('=')[0] !== key);
}

function shown(cwd: string, path: string): string {
  return relative(cwd, path) || '.';
}
