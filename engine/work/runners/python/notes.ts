/** What a run by the user's train.py says about itself: where upstream differs from what a person expects. */
import { counted } from '../../../base/counted.js';
import { isPlainMap, type PlainMap } from '../../../base/plain.js';
import { commandLine, quoted } from '../../../base/shell.js';
import type { WorkspaceReads } from '../../../project/source.js';
import { NotFinite, type NotFiniteEvent, notFiniteText } from '../../../training/notFinite.js';
import type { TrainOptions } from '../../../training/options.js';
import type { TrainStart } from '../../../wire/workerMessages.js';
import type { SavedPosition } from './checkpoints.js';
import type { OnNaN } from './onNaN.js';

interface Told {
  readonly words: readonly string[];
  readonly workingFolder: string;
  readonly log: string;
  readonly start: TrainStart['kind'];
  readonly from: SavedPosition | undefined;
  readonly options: Pick<TrainOptions, 'epochs' | 'checkpointEvery' | 'useEma'>;
  readonly resolved: PlainMap;
  /** Whether the workspace's code reads `training.resume`, as far as its text tells. */
  readonly readsResume: WorkspaceReads['answer'];
}

/** The command first, as it can be typed. */
export function pythonNotes(told: Told): string[] {
  const { options, from, start } = told;
  const notes = [
    `cd ${commandLine([told.workingFolder])} && ${commandLine(told.words)}`,
    `all that it prints is in ${told.log}`,
  ];
  if (start !== 'scratch' && told.readsResume === 'does not read')
    notes.push(
      `WARNING: no code of ${String(told.resolved['_target_'])} reads training.resume, by which train.py is told to load the weights: it will train from scratch`,
    );
  if (start === 'resume' && from !== undefined) notes.push(...resumeNotes(from, options));
  const lastSaved = Math.floor((options.epochs - 1) / options.checkpointEvery) * options.checkpointEvery;
  if (lastSaved !== options.epochs - 1)
    notes.push(
      `train.py saves epochs that are multiples of training.checkpoint_every=${options.checkpointEvery}, so the last checkpoint of epochs 0 … ${options.epochs - 1} is that of epoch ${lastSaved}; training.num_epochs=${lastSaved + options.checkpointEvery + 1} would save its last one`,
    );
  if (isPlainMap(told.resolved['regrip']))
    notes.push("the config's regrip section is for the builtin runner; train.py does not read it");
  return notes;
}

function resumeNotes(from: SavedPosition, { epochs, useEma }: Told['options']): string[] {
  if (from.globalStep === 0)
    return [
      'no epoch was trained yet: it begins with the weights in latest.ckpt, and with the learning rate that was set when they were put there (another --run-dir starts anew)',
    ];
  const left = epochs - from.epochsDone;
  const notes = [
    `resuming after epoch ${from.epochsDone - 1}: ${left} ${left === 1 ? 'epoch is' : 'epochs are'} left of training.num_epochs=${epochs}. Upstream would train ${epochs} more; it is stopped after epoch ${epochs - 1}, since a smaller num_epochs would make the cosine's learning rate climb again`,
  ];
  if (from.nextEpoch < from.epochsDone)
    notes.push(`upstream numbers its first epoch ${from.nextEpoch} again, so that one is trained twice`);
  if (useEma)
    notes.push(
      "upstream's EMA counter restarts at a resume: the average begins again as a copy of the model",
    );
  return notes;
}

/** A stop that left `latest.ckpt` by halves. `best`: path of another checkpoint. */
export function tornNote(latest: string, best: string | undefined): string {
  const goesOn =
    best === undefined
      ? 'there is no other one to go on from'
      : `start a new run from the best of the others: --init ${quoted(best)} --run-dir NEW`;
  return `stopped while it wrote a checkpoint: ${latest} is not whole; ${goesOn}`;
}

/** What a stop costs. `saved`: what `latest.ckpt` holds, undefined where it is none; `globalStep`: steps that were done. */
export function stopNote(saved: SavedPosition | undefined, globalStep: number): string {
  const none = `train.py had written no checkpoint yet, so ${counted(globalStep, 'step')} ${globalStep === 1 ? 'is' : 'are'} lost`;
  if (saved === undefined) return `stopped; ${none} and a resume starts from the beginning`;
  if (saved.globalStep === 0) return `stopped; ${none} and a resume starts again from the inherited weights`;
  const lost = Math.max(globalStep - saved.globalStep, 0);
  const goesOn = `latest.ckpt holds epoch ${saved.epochsDone - 1}, from which a resume goes on`;
  return lost === 0
    ? `stopped; ${goesOn}`
    : `stopped; ${goesOn}; ${counted(lost, 'step')} after it ${lost === 1 ? 'is' : 'are'} lost`;
}

/** As soon as the log shows it. */
export function notFiniteNote(event: NotFiniteEvent, onNaN: OnNaN): string {
  const then =
    onNaN === 'stop'
      ? 'train.py is stopped before it replaces more checkpoints (--on-nan continue lets it go on)'
      : 'train.py goes on, as --on-nan continue asks; each checkpoint that it writes now may hold NaN (--on-nan stop stops it)';
  return `WARNING: ${notFiniteText(event)}; ${then}`;
}

export function notFiniteFailure(event: NotFiniteEvent, isStopped: boolean): NotFinite {
  const ending = isStopped ? 'train.py was stopped' : 'train.py went on to its end with such losses';
  return new NotFinite(event, `${ending}; a checkpoint that it wrote after this step is of no use`);
}
