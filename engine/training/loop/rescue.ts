/** A training whose run folder can no longer be written: its state is saved elsewhere, and the error says where and how to resume. */

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { counted } from '../../base/counted.js';
import type { DiskError } from '../../base/diskErrors.js';
import { RegripError } from '../../base/errors.js';
import { quoted } from '../../base/shell.js';
import type { RunFolder } from '../runFolder.js';

interface Rescue {
  readonly folder: RunFolder;
  /** Completed steps. */
  readonly globalStep: number;
  /** Writes the whole state there. */
  readonly save: (path: string) => Promise<unknown>;
}

/** The error to throw instead of `failure`. Tries beside the run folder first, then the system's temporary folder, which is often on another disk. */
export async function rescued(
  failure: DiskError,
  { folder, globalStep, save }: Rescue,
): Promise<RegripError> {
  const name = `${basename(folder.path)}.rescued-step-${globalStep}`;
  const tried: string[] = [];
  for (const place of [dirname(folder.path), tmpdir()]) {
    const path = freePath(join(place, name));
    const refusal = await save(path).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (refusal === undefined) return kept(failure, folder, globalStep, path);
    tried.push(refusal);
  }
  return lost(failure, folder, globalStep, tried);
}

/** A file that another run of the same name left in a shared folder is not overwritten. */
function freePath(stem: string): string {
  let path = `${stem}.ckpt`;
  for (let n = 2; existsSync(path); n++) path = `${stem}-${n}.ckpt`;
  return path;
}

/** Includes the folder, since many configs name a new one at every start. */
function resumption(folder: RunFolder): string {
  return `the same command with training.resume=True --run-dir ${quoted(folder.path)}`;
}

function kept(failure: DiskError, folder: RunFolder, step: number, path: string): RegripError {
  const { latest, checkpoints } = folder;
  const place = `mkdir -p ${quoted(checkpoints)} && mv ${quoted(path)} ${quoted(latest)}`;
  return stopped(
    failure,
    `the training stopped after ${counted(step, 'step')}, and its complete state was kept in ${path}`,
    `fix the disk or the folder, then run ${place}, then ${resumption(folder)}`,
  );
}

function lost(failure: DiskError, folder: RunFolder, step: number, tried: readonly string[]): RegripError {
  const { latest } = folder;
  const last = existsSync(latest)
    ? `${latest} is complete; to continue from it, run ${resumption(folder)}`
    : 'this run has no checkpoint left: start again';
  return stopped(
    failure,
    `the training stopped after ${counted(step, 'step')}, and its state could not be saved anywhere (${tried.join('; ')})`,
    `fix the disk or the folder; ${last}`,
  );
}

function stopped(failure: DiskError, message: string, hint: string): RegripError {
  const { code, file } = failure;
  const why = file === undefined ? failure.message : failure.message.slice(`${file}: `.length);
  const about = { code, message: `${why}; ${message}`, hint, cause: failure };
  return new RegripError(file === undefined ? about : { ...about, file });
}
