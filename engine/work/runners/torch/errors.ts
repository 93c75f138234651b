/** What goes wrong in the user's PyTorch, in words: named as people meet it, with what to do. */
import type { RegripError } from '../../../base/errors.js';
import { isPlainMap, type Plain } from '../../../base/plain.js';
import { quoted } from '../../../base/shell.js';
import { absentModule, pythonMend } from '../../../project/python/breaks.js';
import type { TorchPlace } from '../../../wire/workerMessages.js';
import { WorkError } from '../../workError.js';

/** `told` is what the process says of an exception. */
export function refused(told: unknown, place: TorchPlace): RegripError {
  const error: Record<string, Plain> = isPlainMap(told as Plain) ? (told as Record<string, Plain>) : {};
  const text = (name: string): string => (typeof error[name] === 'string' ? error[name] : '');
  const isMemory = error['memory'] === true;
  const said = `${text('type')}: ${text('message')}`;
  const hint = isMemory ? MEMORY : mendOf(`${said}\n${text('traceback')}`, place);
  return new WorkError({
    code: isMemory ? 'torch-memory' : 'torch-failed',
    message: `PyTorch refused: ${said.split('\n').slice(0, 8).join(' | ')}${placeIn(text('traceback'), place)}`,
    ...(hint !== undefined && { hint }),
  });
}

/** The process is gone. */
export function ended(how: string, output: string, place: TorchPlace): RegripError {
  const last = output.trim().split('\n').slice(-3).join(' | ');
  const hint = how === 'signal SIGKILL' ? KILLED : mendOf(output, place);
  return new WorkError({
    code: 'torch-failed',
    message: `the process of ${place.python} ended with ${how}${last === '' ? '' : `; its last output: ${last}`}${place.log === undefined ? '' : `; all of it is in ${place.log}`}`,
    ...(hint !== undefined && { hint }),
  });
}

const MEMORY =
  'use a smaller dataloader.batch_size to need less memory; training.gradient_accumulate_every=2 keeps the effective batch size, regrip.freeze_encoder=true needs the images only once';
const KILLED = 'the system probably killed it for using too much memory: use a smaller dataloader.batch_size';

function mendOf(said: string, { python, folders }: TorchPlace): string | undefined {
  const mend = pythonMend(said, `${quoted(python)} -m pip`);
  const absent = absentModule(said);
  if (absent === undefined) return mend;
  if (absent.split('.')[0] === /Error locating target '(\w+)/.exec(said)?.[1])
    return `the policy's class is the project's own, and is imported from the folder of train.py or the one where evaluate and predict are called, here ${folders.join(' and ')}: check that ${absent} is there, or install the project in the environment of ${python}`;
  return `check that ${python} is the interpreter to train with (--python chooses another); otherwise ${mend ?? `install what is missing (${absent}) in its environment`}`;
}

/** The innermost frame in the project's own code. */
function placeIn(traceback: string, { folders }: TorchPlace): string {
  const frames = [...traceback.matchAll(/^ {2}File "([^"]+)", line (\d+)/gm)];
  const own = frames.findLast(([, file]) => folders.some((folder) => file!.startsWith(`${folder}/`)));
  return own === undefined ? '' : ` (at ${own[1]}:${own[2]})`;
}
