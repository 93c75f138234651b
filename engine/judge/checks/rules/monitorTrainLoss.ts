/** Checkpoints that are chosen by the training loss: the most overfitted ones are kept. */

import { lookup } from '../../../config/node.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import type { Edit } from '../finding.js';
import { hasNoValidation } from '../validation.js';
import { MONITOR } from './monitorNeverLogged.js';

const NAME = 'checkpoint.topk.format_str';

export const monitorTrainLoss: Check = {
  run: async (context) => {
    if (context.value(MONITOR) !== 'train_loss' || context.number('checkpoint.topk.k') === 0) return [];
    const lacking = await whyNotValidated(context);
    const isOffered = lacking === undefined;
    const better = lacking ?? 'val_loss is measured on held-out episodes';
    const message = `The best checkpoints are chosen by train_loss, which keeps falling while the policy overfits. ${better}`;
    const edits = isOffered ? byValidation(context) : undefined;
    const fixes = edits === undefined ? [] : [{ title: 'Choose by val_loss', edits }];
    return [context.finding('monitor-train-loss', context.span(MONITOR), message, { fixes })];
  },
};

/** Why `val_loss` cannot be logged; undefined where it can. */
async function whyNotValidated(context: CheckContext): Promise<string | undefined> {
  if (await hasNoValidation(context))
    return 'With task.dataset.val_ratio 0 there is no val_loss to choose by: hold out some episodes first';
  const facts = await context.workspace();
  const logged = facts?.logged;
  const isLogged =
    logged === undefined ||
    logged.keys.has('val_loss') ||
    logged.patterns.some((pattern) => pattern.test('val_loss'));
  return isLogged ? undefined : `${facts!.name} does not log a val_loss to choose by`;
}

/** Upstream fails where the monitored loss was not logged in the epoch of a checkpoint. */
function byValidation(context: CheckContext): readonly Edit[] | undefined {
  const every = context.number('training.checkpoint_every') ?? 1;
  const validated = context.number('training.val_every') ?? 1;
  const key = context.replace(MONITOR, 'val_loss');
  if (key === undefined || every % validated !== 0) return undefined;
  const node = lookup(context.survey.tree, NAME.split('.'));
  const source = node?.place.kind === 'file' ? context.source(context.span(NAME)) : undefined;
  const name =
    source === undefined ? undefined : context.replace(NAME, source.replaceAll('train_loss', 'val_loss'));
  return name === undefined ? [key] : [key, name];
}
