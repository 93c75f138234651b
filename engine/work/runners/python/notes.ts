/** Notes of a run by the user's train.py: where upstream differs from what a person expects. */
import { counted } from '../../../base/counted.js';
import { at, isPlainMap, type Plain, type PlainMap } from '../../../base/plain.js';
import { commandLine, quoted } from '../../../base/shell.js';
import { ACTION_NAMES, OBSERVATION_NAMES } from '../../../judge/policy/dimensionNames.js';
import type { WorkspaceReads } from '../../../project/source.js';
import { NotFinite, type NotFiniteEvent, notFiniteText } from '../../../training/notFinite.js';
import type { TrainOptions } from '../../../training/options.js';
import type { TrainStart } from '../../../wire/workerMessages.js';
import type { SavedPosition } from './checkpoints.js';
import type { OnNaN } from './onNaN.js';

interface Told extends Training {
  readonly words: readonly string[];
  readonly workingFolder: string;
  readonly log: string;
}

interface Training {
  readonly start: TrainStart['kind'];
  readonly from: SavedPosition | undefined;
  readonly options: Pick<TrainOptions, 'epochs' | 'checkpointEvery' | 'useEma'>;
  readonly resolved: PlainMap;
  /** Whether the workspace's code reads `training.resume`, as far as its text shows. */
  readonly readsResume: WorkspaceReads['answer'];
}

/** Of DP3's projects, whose configs mostly have it off. */
const SAVES = ['checkpoint', 'save_ckpt'] as const;

/** The command first, ready to be copied. */
export function pythonNotes(told: Told): string[] {
  return [
    `cd ${commandLine([told.workingFolder])} && ${commandLine(told.words)}`,
    `its complete output is in ${told.log}`,
    ...trainingNotes(told),
  ];
}

/** Without the command. */
export function trainingNotes(told: Training): string[] {
  const { options, from, start } = told;
  const notes: string[] = [];
  if (start !== 'scratch' && told.readsResume === 'does not read')
    notes.push(
      `WARNING: train.py will train from scratch: no code of ${String(told.resolved['_target_'])} reads training.resume, which makes it load the weights`,
    );
  if (start === 'resume' && from !== undefined) notes.push(...resumeNotes(from, options));
  const lastSaved = Math.floor((options.epochs - 1) / options.checkpointEvery) * options.checkpointEvery;
  if (at(told.resolved, SAVES) === false)
    notes.push(
      `WARNING: train.py will save no checkpoint, because ${SAVES.join('.')} is False: give ${SAVES.join('.')}=True to keep what is trained`,
    );
  else if (lastSaved !== options.epochs - 1)
    notes.push(
      `train.py saves epochs that are multiples of training.checkpoint_every=${options.checkpointEvery}, so the last checkpoint of epochs 0 … ${options.epochs - 1} is that of epoch ${lastSaved}; training.num_epochs=${lastSaved + options.checkpointEvery + 1} would save its last one`,
    );
  if (hasOptions(told.resolved['regrip']))
    notes.push("the config's regrip section is for the builtin runner; train.py does not read it");
  return notes;
}

/** Names of dimensions change no training. */
function hasOptions(section: Plain | undefined): boolean {
  const names: readonly string[] = [ACTION_NAMES[1], OBSERVATION_NAMES[1]];
  return isPlainMap(section) && Object.keys(section).some((key) => !names.includes(key));
}

function resumeNotes(from: SavedPosition, { epochs, useEma }: Training['options']): string[] {
  if (from.globalStep === 0)
    return [
      'no epoch has been trained yet: training starts from the weights in latest.ckpt, with the learning rate that was set when they were put there (another --run-dir starts anew)',
    ];
  const left = epochs - from.epochsDone;
  const notes = [
    `resuming after epoch ${from.epochsDone - 1}: ${left} ${left === 1 ? 'epoch is' : 'epochs are'} left of training.num_epochs=${epochs}. Upstream would train ${epochs} more; it will be stopped after epoch ${epochs - 1}, since a smaller num_epochs would make the cosine learning rate rise again`,
  ];
  if (from.nextEpoch < from.epochsDone)
    notes.push(`upstream starts with epoch ${from.nextEpoch} again, so that epoch is trained twice`);
  if (useEma)
    notes.push("upstream's EMA counter restarts on resume: the average starts again as a copy of the model");
  return notes;
}

/** A stop that left `latest.ckpt` incomplete. `best`: path of another checkpoint. */
export function tornNote(latest: string, best: string | undefined): string {
  const goesOn =
    best === undefined
      ? 'there is no other checkpoint to continue from'
      : `start a new run from the best of the others: --init ${quoted(best)} --run-dir NEW`;
  return `stopped while writing a checkpoint: ${latest} is incomplete; ${goesOn}`;
}

/** What a stop loses. `saved`: what `latest.ckpt` holds, undefined where it is not a checkpoint; `globalStep`: completed steps. */
export function stopNote(saved: SavedPosition | undefined, globalStep: number): string {
  const none = `train.py had not written a checkpoint yet, so ${counted(globalStep, 'step')} ${globalStep === 1 ? 'is' : 'are'} lost`;
  if (saved === undefined) return `stopped; ${none}, and a resume starts from the beginning`;
  if (saved.globalStep === 0) return `stopped; ${none}, and a resume starts again from the inherited weights`;
  const lost = Math.max(globalStep - saved.globalStep, 0);
  const goesOn = `latest.ckpt holds epoch ${saved.epochsDone - 1}, from which a resume continues`;
  return lost === 0
    ? `stopped; ${goesOn}`
    : `stopped; ${goesOn}; ${counted(lost, 'step')} after it ${lost === 1 ? 'is' : 'are'} lost`;
}

/** As soon as the log shows it. */
export function notFiniteNote(event: NotFiniteEvent, onNaN: OnNaN): string {
  const then =
    onNaN === 'stop'
      ? 'stopping train.py before it replaces more checkpoints (--on-nan continue would keep it running)'
      : 'train.py keeps running because of --on-nan continue; every checkpoint that it writes from now on may contain NaN (--on-nan stop would stop it)';
  return `WARNING: ${notFiniteText(event)}; ${then}`;
}

export function notFiniteFailure(event: NotFiniteEvent, isStopped: boolean): NotFinite {
  const ending = isStopped ? 'train.py was stopped' : 'train.py ran to its end with such losses';
  return new NotFinite(event, `${ending}; checkpoints written after this step are unusable`);
}
