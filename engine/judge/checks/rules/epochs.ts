/** `training.num_epochs`: a whole number, and for a fine-tuning fewer than the old training took. */

import { counted } from '../../../base/counted.js';
import { asNumber, at, PyFloat } from '../../../base/plain.js';
import { EPOCHS } from '../../../project/python/epochLoop.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf, sourceName, sourceSpan } from '../context.js';
import { type Finding, startOfFile } from '../finding.js';
import { isChanged } from './arguments.js';
import { pretrained } from './pretrained.js';

export const epochs: Check = {
  run: async (context) => {
    const value = context.value(EPOCHS);
    if (value === undefined || value === '???') return [];
    const count = asNumber(value);
    if (count === undefined) return [invalid(context, NO_NUMBER)];
    if (count < 1) return [invalid(context, 'no epoch would be trained')];
    const isFloat = value instanceof PyFloat || !Number.isInteger(count);
    return isFloat ? float(context, count) : forScratch(context, count);
  },
};

const NO_NUMBER = 'the training loop cannot use it';

function invalid(
  context: CheckContext,
  consequence: string,
  extra: Parameters<typeof context.finding>[3] = {},
) {
  const span = context.span(EPOCHS);
  const message = `num_epochs is ${written(context)}, but must be a positive whole number: ${consequence}`;
  return context.finding('epochs-invalid', span, message, extra);
}

/** The text in the file; for an override, which may not be in a file, its value. */
function written(context: CheckContext): string {
  const isInFile = context.origin(EPOCHS).at(-1)?.place.kind === 'file';
  const source = isInFile ? context.source(context.span(EPOCHS)) : undefined;
  return source ?? String(context.value(EPOCHS));
}

/** Whether a float fails depends on the training loop. */
async function float(context: CheckContext, count: number): Promise<Finding[]> {
  if (context.isOurLoop) return [invalid(context, 'the builtin runner trains only whole epochs')];
  if (context.value('training.debug') === true) return []; // upstream then sets its own number
  const facts = await context.workspace();
  const loop = facts?.epochs;
  if (loop?.kind !== 'range' || isChanged(context, facts, EPOCHS)) return [];
  const consequence = `as a float${String(count) === written(context) ? '' : ` (${count})`} it ends the training with a TypeError at range(…) in ${sourceName(loop.place)}`;
  const related = [{ span: sourceSpan(loop.place), message: 'the loop over epochs' }];
  const isNumber = /^[\d._eE+-]+$/.test(context.source(context.span(EPOCHS)) ?? '');
  const whole = String(Math.max(1, Math.round(count)));
  const fixes = isNumber ? fixOf(`Use ${whole}`, context.replace(EPOCHS, whole)) : [];
  return [invalid(context, consequence, { related, fixes })];
}

async function forScratch(context: CheckContext, count: number): Promise<Finding[]> {
  const named = pretrained(context);
  if (named?.loads !== true) return [];
  const looked = await context.disk.checkpoint(named.path);
  const before =
    looked.kind === 'found' ? asNumber(at(looked.value.config, ['training', 'num_epochs'])) : undefined;
  if (before === undefined || count < before) return [];
  const message = `${counted(count, 'epoch')} ${count === 1 ? 'is' : 'are'} at least as many as the old training took (${before}). With inherited weights a third is usually enough`;
  const third = Math.max(1, Math.round(before / 3));
  const edit = context.replace(EPOCHS, String(third));
  const related = [{ span: startOfFile(named.path), message: `trained with num_epochs ${before}` }];
  const fixes = edit === undefined ? [] : [{ title: `Use ${third}`, edits: [edit] }];
  return [context.finding('epochs-for-scratch', context.span(EPOCHS), message, { related, fixes })];
}
