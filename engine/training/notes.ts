/** What a run reports before it starts: where this trainer deliberately differs from upstream's. */
import { counted } from '../base/counted.js';
import type { PolicySpec } from '../judge/policy/spec.js';
import type { TrainJob } from '../wire/workerMessages.js';
import type { TrainOptions } from './options.js';

/** `firstEpoch`: the next one to train. */
export function notesOf(
  job: TrainJob,
  options: TrainOptions,
  { observations }: Pick<PolicySpec, 'observations'>,
  firstEpoch: number,
): string[] {
  const seesImages = observations.some(({ type }) => type === 'rgb');
  const evaluated = options.useEma ? 'the EMA weights' : 'the model';
  const notes = [
    `val_loss is measured on ${evaluated} in evaluation mode with fixed noise; upstream's is the raw model's in training mode (${seesImages ? 'dropout, random crops' : 'dropout'})`,
    `training.num_epochs=${options.epochs} is the total, also after a resume; upstream would run that many more`,
    'the last epoch is always saved; upstream saves epochs that are multiples of training.checkpoint_every',
  ];
  if (firstEpoch >= options.epochs)
    notes.unshift(
      `nothing is left to train: ${counted(firstEpoch, 'epoch')} of training.num_epochs=${options.epochs} ${firstEpoch === 1 ? 'is' : 'are'} done; raise training.num_epochs to continue`,
    );
  if (job.start.kind !== 'scratch') notes.push(normalizerNote(options.regrip.normalizer ?? 'keep'));
  if (options.regrip.freezeEncoder)
    notes.push(
      seesImages
        ? `the encoder is frozen; each frame's features are computed once for the centre and ${options.regrip.cachedCrops} random crops`
        : 'regrip.freeze_encoder has no effect: the policy sees no images',
    );
  if (options.regrip.lossWeighting === 'high_noise')
    notes.push(
      'train_loss and val_loss are not comparable: the training loss is weighted towards high noise (mean weight 1)',
    );
  return notes;
}

function normalizerNote(choice: 'keep' | 'refit'): string {
  return choice === 'keep'
    ? "the checkpoint's normaliser is kept; upstream refits it on every start (regrip.normalizer=refit does so here)"
    : 'the normaliser is refitted on the data set, so inherited weights see differently scaled inputs than before';
}
