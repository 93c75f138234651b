/** `regrip finetune` command lines that a message offers: to continue a run, and to go back to its last finite checkpoint. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { RegripError, throwIfAborted } from '../../base/errors.js';
import { fourDigits } from '../../base/numberText.js';
import { asNumber, at } from '../../base/plain.js';
import { commandLine } from '../../base/shell.js';
import type { ComposedConfig } from '../../config/types.js';
import { findNonFinite, namedTensors } from '../../formats/checkpoint/nonFinite.js';
import { openCheckpoint } from '../../formats/checkpoint/open.js';
import type { LogLine } from '../../formats/run/trainLog.js';
import { NOT_FINITE } from '../../training/notFinite.js';
import { readPosition } from '../../training/position.js';
import type { RunFolder, Runner } from '../../training/runFolder.js';
import type { OnNaN } from '../../work/runners/python/onNaN.js';

/** The command line as it was typed. */
export interface FinetuneWords {
  readonly configFile: string;
  readonly overrides: readonly string[];
  readonly oldCkpt?: string | undefined;
  /** As `--map` takes them. */
  readonly maps?: readonly string[] | undefined;
  readonly init?: string | undefined;
  readonly runner: Runner;
  readonly python?: string | undefined;
  readonly trainScript?: string | undefined;
  readonly onNan?: OnNaN | undefined;
  readonly backend?: string | undefined;
}

interface Place {
  readonly cwd: string;
  readonly folder: RunFolder;
}

export function goOnCall(words: FinetuneWords, { cwd, folder }: Place): string {
  const overrides = resumingOverrides(words.overrides);
  return callOf({ ...words, overrides }, ['--run-dir', shown(cwd, folder.path)]);
}

/** With these options, a call continues from the checkpoint in its run folder. */
export function resumingOverrides(overrides: readonly string[]): string[] {
  return [...without(overrides, 'training.resume'), 'training.resume=True'];
}

function callOf(words: FinetuneWords, more: readonly string[]): string {
  return commandLine(callWords(words, more));
}

/** The program's name first; what the training starts from is among `more`. */
export function callWords(words: FinetuneWords, more: readonly string[]): string[] {
  const { configFile, overrides, runner, python, trainScript, onNan, backend } = words;
  return [
    ...['regrip', 'finetune', configFile, ...overrides, ...more],
    ...(runner === 'builtin' ? [] : ['--runner', runner]),
    ...(python === undefined ? [] : ['--python', python]),
    ...(trainScript === undefined ? [] : ['--train-script', trainScript]),
    ...(onNan === undefined ? [] : ['--on-nan', onNan]),
    ...(backend === undefined ? [] : ['--backend', backend]),
  ];
}

/** Adds the way back to the error of a training that ended on NaN or infinity; returns any other error unchanged. */
export async function withWayBack(
  error: unknown,
  words: FinetuneWords,
  config: ComposedConfig,
  place: Place,
  signal?: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof RegripError) || error.code !== NOT_FINITE) return error;
  // An earlier stop request, perhaps for this very error, is over by now; a later one cancels the search.
  const stop = signal?.aborted === true ? undefined : signal;
  const found = await lastGood(place.folder, stop).catch((failure: unknown) => {
    if (stop?.aborted === true) return undefined;
    throw failure;
  });
  if (found === undefined) return error;
  const { good, bad } = found;
  const from = good?.blown === undefined ? good?.path : undefined;
  const hasCheckpoints = bad.length > 0 || good !== undefined;
  const start = from === undefined ? await beginning(words, place.folder) : undefined;
  const call = wayBack(words, config, place, from, start, hasCheckpoints);
  return new RegripError({
    code: error.code,
    message: `${error.message}. ${lastText(good, bad, place)}`,
    hint: `to ${from === undefined ? 'start again' : 'continue from it'} with a lower learning rate: ${call}`,
    cause: error,
  });
}

function lastText(good: Good | undefined, bad: readonly string[], { cwd }: Place): string {
  const others = bad.map((path) => shown(cwd, path)).join(', ');
  const skipped = bad.length === 0 ? '' : `; incomplete or not finite: ${others}`;
  if (good === undefined) return `The run has no complete, finite checkpoint${skipped}`;
  const blown = good.blown === undefined ? '' : `, but ${good.blown}`;
  return `The last complete, finite checkpoint is ${shown(cwd, good.path)} (${good.place})${blown}${skipped}`;
}

const RATE = 'optimizer.learning_rate';

function wayBack(
  words: FinetuneWords,
  { resolved }: ComposedConfig,
  { cwd, folder }: Place,
  good: string | undefined,
  start: readonly string[] | undefined,
  hasCheckpoints: boolean,
): string {
  const rate = asNumber(at(resolved, RATE.split('.')));
  const lower = rate === undefined ? undefined : String(Number(fourDigits(rate / 10)));
  const lowered = [...without(words.overrides, RATE), ...(lower === undefined ? [] : [`${RATE}=${lower}`])];
  const here = shown(cwd, folder.path);
  const again = { ...words, overrides: lowered };
  // PyTorch keeps the learning rate that a checkpoint's optimizer holds, so train.py has to start anew from the weights alone.
  if (good === folder.latest && words.runner === 'builtin') return goOnCall(again, { cwd, folder });
  const fresh = `${here === '.' ? 'run' : here}-lower-lr`;
  if (good !== undefined) return callOf(again, ['--init', shown(cwd, good), '--run-dir', fresh]);
  return callOf(again, [...(start ?? []), '--run-dir', hasCheckpoints ? fresh : here]);
}

/** What the run started from, even if it was resumed since: a start from scratch must never be silent. */
async function beginning({ oldCkpt, maps = [], init }: FinetuneWords, folder: RunFolder): Promise<string[]> {
  if (oldCkpt !== undefined) return ['--old-ckpt', oldCkpt, ...maps.flatMap((text) => ['--map', text])];
  if (init !== undefined) return ['--init', init];
  const adapted = join(folder.path, 'adapted.ckpt');
  const from = existsSync(adapted) ? adapted : (await folder.readAdaptation())?.from;
  return from === undefined ? [] : ['--init', from];
}

interface Good {
  readonly path: string;
  /** How far its training had come. */
  readonly place: string;
  /** Why its training is held to have diverged earlier; undefined where nothing says so. */
  readonly blown: string | undefined;
}

/** The newest whose training had not diverged, `latest.ckpt` first; otherwise the newest that is finite. Reads each to its end. */
async function lastGood(
  folder: RunFolder,
  signal: AbortSignal | undefined,
): Promise<{ readonly good: Good | undefined; readonly bad: readonly string[] }> {
  const bad: string[] = [];
  const log = await folder.readLog().catch((): LogLine[] => []);
  let finite: Good | undefined;
  for (const path of await newestFirst(folder.checkpoints, folder.latest)) {
    const found = await whereIfFinite(path, log, signal).catch(() => {
      throwIfAborted(signal);
      return undefined;
    });
    if (found === undefined) bad.push(path);
    else if (found.blown === undefined) return { good: { path, ...found }, bad };
    else finite ??= { path, ...found };
  }
  return { good: finite, bad };
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

/** Undefined where one of its values is NaN or infinite. */
async function whereIfFinite(
  path: string,
  log: readonly LogLine[],
  signal: AbortSignal | undefined,
): Promise<Omit<Good, 'path'> | undefined> {
  const file = await openCheckpoint(path);
  try {
    if ((await findNonFinite(file, namedTensors(file.index), signal)).length > 0) return undefined;
    const { epoch, globalStep } = readPosition(file.index.pickles, file.index.optimizer?.state.size ?? 0, 1);
    const place = `${globalStep} ${globalStep === 1 ? 'step' : 'steps'}, ${epoch} ${epoch === 1 ? 'epoch' : 'epochs'} done`;
    return { place, blown: blownText(log, globalStep - 1) };
  } finally {
    await file.close();
  }
}

/** The loss is about 1 for a policy that has learnt nothing about the noise. */
const RUN_AWAY = 10;

function blownText(log: readonly LogLine[], step: number): string | undefined {
  const lossOf = (row: LogLine | undefined): number => row?.['train_loss'] ?? Number.NaN;
  const [first, then] = [lossOf(log[0]), lossOf(log.findLast((row) => row['global_step'] === step))];
  if (!(then > RUN_AWAY * Math.max(first, 1))) return undefined;
  return `its training loss had already diverged, from ${fourDigits(first)} to ${fourDigits(then)}`;
}

export function without(overrides: readonly string[], key: string): string[] {
  return overrides.filter((override) => override.replace(/^\++/, '').split('=')[0] !== key);
}

function shown(cwd: string, path: string): string {
  return relative(cwd, path) || '.';
}
