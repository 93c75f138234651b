/** `training.num_epochs`: a whole number, and fewer for a fine-tuning than the old training took. */
import { asNumber, at } from '../base/plain.js';
import type { CheckContext } from './context.js';
import { type Finding, startOfFile } from './finding.js';
import { pretrained } from './pretrained.js';
import type { Check } from './table.js';

const EPOCHS = 'training.num_epochs';

export const epochs: Check = {
  codes: ['epochs-invalid', 'epochs-for-scratch'],
  run: async (context) => {
    const value = context.value(EPOCHS);
    if (value === undefined || value === '???') return [];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) return [invalid(context)];
    return forScratch(context, value);
  },
};

function invalid(context: CheckContext): Finding {
  const span = context.span(EPOCHS);
  const message = `num_epochs is ${context.source(span) ?? 'no number'}, expected a positive whole number: the training loop stops at once or does nothing`;
  return context.finding('epochs-invalid', span, message);
}

async function forScratch(context: CheckContext, count: number): Promise<Finding[]> {
  const named = pretrained(context);
  if (named?.loads !== true) return [];
  const looked = await context.disk.checkpoint(named.path);
  const before =
    looked.kind === 'found' ? asNumber(at(looked.value.config, ['training', 'num_epochs'])) : undefined;
  if (before === undefined || count < before) return [];
  const message = `${count} epochs are as many as the old training took (${before}). With inherited weights a third is usually enough`;
  const third = Math.max(1, Math.round(before / 3));
  const edit = context.replace(EPOCHS, String(third));
  const related = [{ span: startOfFile(named.path), message: `trained with num_epochs ${before}` }];
  const fixes = edit === undefined ? [] : [{ title: `Use ${third}`, edits: [edit] }];
  return [context.finding('epochs-for-scratch', context.span(EPOCHS), message, { related, fixes })];
}
