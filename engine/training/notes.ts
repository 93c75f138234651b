/** What a run reports before it starts: where this trainer deliberately differs from upstream's. */
import { counted } from '../base/counted.js';
import { shownName } from '../base/shown.js';
import { batchNorms } from '../judge/policy/batchNorm.js';
import type { CameraView, ObservationSpec, PolicySpec } from '../judge/policy/spec.js';
import type { TrainJob } from '../wire/workerMessages.js';
import type { TrainOptions } from './options.js';

/** `firstEpoch`: the next one to train. */
export function notesOf(
  job: TrainJob,
  options: TrainOptions,
  { observations, parameters, views = [] }: Pick<PolicySpec, 'observations' | 'parameters' | 'views'>,
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
  if (options.useEma && !options.regrip.freezeEncoder && batchNorms(parameters).size > 0)
    notes.push(
      "the EMA's BatchNorm statistics follow the model's; upstream's EMA keeps those from before the training, by which it is then evaluated and deployed",
    );
  const smaller = views.filter((view) => observations.some((camera) => becomesSmaller(view, camera)));
  if (smaller.length > 0)
    notes.push(
      `${smaller.map(({ key }) => shownName(key)).join(', ')}: images become smaller with antialiasing, as by torchvision 0.17 and later; older versions skip it and see slightly other pixels`,
    );
  if (options.regrip.lossWeighting === 'high_noise')
    notes.push(
      'train_loss and val_loss are not comparable: the training loss is weighted towards high noise (mean weight 1)',
    );
  return notes;
}

function becomesSmaller({ key, resized }: CameraView, { key: name, shape }: ObservationSpec): boolean {
  return key === name && resized !== undefined && (resized[0] < shape[1]! || resized[1] < shape[2]!);
}

function normalizerNote(choice: 'keep' | 'refit'): string {
  return choice === 'keep'
    ? "the checkpoint's normaliser is kept; upstream refits it on every start (regrip.normalizer=refit does so here)"
    : 'the normaliser is refitted on the data set, so inherited weights see differently scaled inputs than before';
}
