/** On `training.num_epochs`: how many steps that is, and how long they take at the pace of existing runs. */

import { relative } from 'node:path';
import { counted } from '../../engine/base/counted.js';
import { code } from '../../engine/base/markdown.js';
import { precise } from '../../engine/base/numberText.js';
import { findRuns } from '../../engine/formats/run/findRuns.js';
import { secondsPerStep } from '../../engine/formats/run/runPace.js';
import { CheckContext } from '../../engine/judge/checks/context.js';
import { trainingSize } from '../../engine/judge/checks/rules/trainingSize.js';
import { EPOCHS } from '../../engine/project/python/epochLoop.js';
import type { Judged } from '../documents/configView.js';
import type { Workbench } from '../workbench.js';
import { runRoots } from './pipeline.js';

/** How many of the newest runs are examined for their pace. */
const MAX_ASKED = 5;

/** Undefined for any other value, and where config and data set do not determine the steps. */
export async function describeEpochs(
  { survey, target, judgement }: Judged,
  path: string,
  { disk, settings }: Workbench,
): Promise<string | undefined> {
  if (path !== EPOCHS) return undefined;
  const { startFolder } = judgement;
  const context = new CheckContext({ survey, target, startFolder, disk });
  const epochs = context.number(EPOCHS);
  const size = await trainingSize(context);
  if (epochs === undefined || size === undefined) return undefined;
  const batches = Math.min(size.batches, context.number('training.max_train_steps') ?? size.batches);
  const steps = epochs * batches;
  const count = `${counted(epochs, 'epoch')} × ${counted(batches, 'batch', 'batches')} = **${counted(steps, 'step')}** (${counted(size.windows, 'window')}, ${grouped(size.batchSize)} per batch)`;
  const runs = await findRuns(runRoots(context, settings.runFolders));
  for (const { path: run } of runs.slice(0, MAX_ASKED)) {
    const seconds = await secondsPerStep(run);
    if (seconds === undefined) continue;
    const name = code(relative(startFolder, run));
    return `${count}\n\nAbout **${duration(steps * seconds)}** at the pace of ${name}, ${precise(seconds, 2)} s per step`;
  }
  return count;
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return `${Math.max(1, Math.round(seconds))} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.round(hours / 24)} days`;
}
