/** What a training's numbers amount to with this data set: batches, warm-up, checkpoints. */
import { counted } from '../../../base/counted.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import { type Finding, startOfFile } from '../finding.js';
import { type TrainingSize, trainingSize } from './trainingSize.js';

export const trainingArithmetic: Check = {
  run: async (context) => {
    const size = await trainingSize(context);
    const ofData = size === undefined ? [] : [...batch(context, size), ...warmup(context, size)];
    return [...ofData, ...checkpoint(context)];
  },
};

function batch(context: CheckContext, { windows, batchSize, dropsLast, data }: TrainingSize): Finding[] {
  if (batchSize <= windows) return [];
  const consequence = dropsLast
    ? 'with drop_last there is no batch left, so nothing is trained'
    : 'each epoch is a single batch, so the warm-up counts epochs';
  const message = `The batch size ${batchSize} exceeds the ${counted(windows, 'training window')} of ${data.path}: ${consequence}`;
  const related = [{ span: startOfFile(data.path), message: `${counted(windows, 'training window')}` }];
  const fixes =
    windows < 1 ? [] : fixOf(`Use ${windows}`, context.replace('dataloader.batch_size', String(windows)));
  const found = context.finding('batch-larger-than-data', context.span('dataloader.batch_size'), message, {
    related,
    fixes,
  });
  return [dropsLast ? { ...found, severity: 'error' } : found];
}

/** Upstream's schedule counts optimizer updates: the batches of all epochs, divided by the accumulation. */
function warmup(context: CheckContext, { batches, windows, data }: TrainingSize): Finding[] {
  const steps = context.number('training.lr_warmup_steps');
  const count = context.number('training.num_epochs');
  const accumulated = context.number('training.gradient_accumulate_every') ?? 1;
  if (steps === undefined || count === undefined || batches === 0 || accumulated < 1) return [];
  const limit = context.number('training.max_train_steps');
  const perEpoch = limit === undefined ? batches : Math.min(batches, limit);
  const updates = Math.floor((perEpoch * count) / accumulated);
  if (steps < updates) return [];
  const message = `The warm-up takes ${steps} updates, but the whole training has only ${updates} (${counted(perEpoch, 'batch', 'batches')} of ${windows} windows × ${counted(count, 'epoch')}${accumulated > 1 ? ` / ${accumulated}` : ''}): the learning rate never reaches its full value`;
  const tenth = Math.max(1, Math.floor(updates / 10));
  const edit = context.replace('training.lr_warmup_steps', String(tenth));
  const related = [{ span: startOfFile(data.path), message: `${counted(windows, 'training window')}` }];
  const fixes = edit === undefined ? [] : [{ title: `Use ${tenth}, a tenth of the training`, edits: [edit] }];
  return [
    context.finding('warmup-too-long', context.span('training.lr_warmup_steps'), message, { related, fixes }),
  ];
}

/** Upstream writes a checkpoint where the epoch's number, from 0, is a multiple; the builtin runner always keeps the last epoch. */
function checkpoint(context: CheckContext): Finding[] {
  const every = context.number('training.checkpoint_every');
  const count = context.number('training.num_epochs');
  if (every === undefined || count === undefined || count < 2 || every < count || context.isOurLoop)
    return [];
  const message = `With checkpoint_every ${every} and ${counted(count, 'epoch')} train.py writes a checkpoint only after the first epoch, so what the others learn is lost (the builtin runner always keeps the last epoch)`;
  const tenth = Math.max(1, Math.floor(count / 10));
  const edit = context.replace('training.checkpoint_every', String(tenth));
  const related = [{ span: context.span('training.num_epochs'), message: `${counted(count, 'epoch')}` }];
  const fixes = edit === undefined ? [] : [{ title: `Use ${tenth}`, edits: [edit] }];
  return [
    context.finding('checkpoint-never', context.span('training.checkpoint_every'), message, {
      related,
      fixes,
    }),
  ];
}
