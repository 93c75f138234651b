/** `training.resume: True` continues from the run folder's `latest.ckpt`: weights, optimizer and counters come from there. */
import { join } from 'node:path';
import type { CheckpointIndex } from '../../../formats/checkpoint/types.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import { type Finding, startOfFile } from '../finding.js';
import { pretrained } from './pretrained.js';

const RESUME = 'training.resume';

export const resumeWins: Check = {
  run: async (context) => {
    if (context.value(RESUME) !== true) return [];
    const weights = pretrained(context);
    const latest = await latestCheckpoint(context);
    if (latest !== undefined) return [goesOn(context, latest.path, latest.index, weights?.loads === true)];
    // The builtin runner reads the pretrained weights where there is nothing to resume from.
    return weights?.loads === true && !context.isOurLoop ? [skipped(context)] : [];
  },
};

interface Latest {
  readonly path: string;
  /** Undefined where it cannot be read. */
  readonly index: CheckpointIndex | undefined;
}

async function latestCheckpoint(context: CheckContext): Promise<Latest | undefined> {
  const { runDir } = context.survey;
  if (runDir === undefined) return undefined;
  const path = join(context.absolute(runDir), 'checkpoints', 'latest.ckpt');
  const looked = await context.disk.checkpoint(path);
  if (looked.kind === 'missing') return undefined;
  return { path, index: looked.kind === 'found' ? looked.value : undefined };
}

function goesOn(
  context: CheckContext,
  path: string,
  index: CheckpointIndex | undefined,
  loads: boolean,
): Finding {
  const at = (name: string) => index?.pickles[name];
  const isStart = at('epoch') === 0 && at('global_step') === 0;
  const where =
    index === undefined ? '' : ` (epoch ${String(at('epoch'))}, step ${String(at('global_step'))})`;
  const rest = isStart
    ? 'an adapted checkpoint that has not been trained yet'
    : 'its weights, its optimizer with the old learning rate, and its counters take effect';
  const ignored = loads ? '; pretrained.path is ignored' : '';
  const message = `The training resumes ${path}${where}: ${rest}${ignored}`;
  const related = [{ span: startOfFile(path), message: 'the checkpoint to be resumed' }];
  const found = context.finding('resume-wins', context.span(RESUME), message, {
    related,
    fixes: fixes(context),
  });
  return isStart ? { ...found, severity: 'information' } : found;
}

function skipped(context: CheckContext): Finding {
  const message =
    'With resume: True train.py ignores the pretrained weights, and if there is no checkpoint to resume the training silently starts from scratch (the builtin runner loads them in that case). Set it to False, or resume from the adapted checkpoint';
  const related = [{ span: context.span('pretrained.path'), message: 'the checkpoint that may be ignored' }];
  return context.finding('resume-wins', context.span(RESUME), message, { related, fixes: fixes(context) });
}

function fixes(context: CheckContext) {
  return fixOf('Do not resume', context.replace(RESUME, 'False'));
}
