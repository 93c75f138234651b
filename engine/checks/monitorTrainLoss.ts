/** Checkpoints that are chosen by the training loss: the most overfitted ones are kept. */
import { lookup } from '../config/node.js';
import type { CheckContext } from './context.js';
import type { Edit } from './finding.js';
import type { Check } from './table.js';

const KEY = 'checkpoint.topk.monitor_key';
const NAME = 'checkpoint.topk.format_str';

export const monitorTrainLoss: Check = {
  codes: ['monitor-train-loss'],
  run: (context) => {
    if (context.value(KEY) !== 'train_loss' || context.number('checkpoint.topk.k') === 0) return [];
    const message =
      'The best checkpoints are chosen by train_loss, which keeps falling while the policy overfits. val_loss is measured on episodes that are not trained';
    const edits = byValidation(context);
    const fixes = edits === undefined ? [] : [{ title: 'Choose by val_loss', edits }];
    return [context.finding('monitor-train-loss', context.span(KEY), message, { fixes })];
  },
};

/** Upstream fails where the loss that is asked for was not logged in the epoch of a checkpoint. */
function byValidation(context: CheckContext): readonly Edit[] | undefined {
  const every = context.number('training.checkpoint_every') ?? 1;
  const validated = context.number('training.val_every') ?? 1;
  const key = context.replace(KEY, 'val_loss');
  if (key === undefined || every % validated !== 0) return undefined;
  const node = lookup(context.survey.tree, NAME.split('.'));
  const source = node?.place.kind === 'file' ? context.source(context.span(NAME)) : undefined;
  const name =
    source === undefined ? undefined : context.replace(NAME, source.replaceAll('train_loss', 'val_loss'));
  return name === undefined ? [key] : [key, name];
}
