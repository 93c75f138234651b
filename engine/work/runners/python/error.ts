/** Why the user's train.py ended, from the end of its output. */
import { relative, sep } from 'node:path';
import type { RegripError } from '../../../base/errors.js';
import { quoted } from '../../../base/shell.js';
import { absentModule, pythonMend } from '../../../project/python/breaks.js';
import { WorkError } from '../../workError.js';

interface PythonFailure {
  /** `exit code 1`, `signal SIGKILL`. */
  readonly how: string;
  /** The interpreter. */
  readonly python: string;
  /** The end of stdout and stderr. */
  readonly output: string;
  /** Absolute path of the complete output. */
  readonly log: string;
  /** Code below this folder is the user's. */
  readonly workingFolder: string;
  /** The command that explains a key of the checkpoint. */
  readonly explain: (key: string) => string;
}

/** Hydra's advice, which is useless to somebody who did not type the command. */
const ADVICE = /^Set the environment variable HYDRA_FULL_ERROR=1/;
const EXCEPTION = /^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: .*)?$/;
const FRAME = /^ {2}File "([^"]+)", line (\d+)/;
const MAX_LINES_WITHOUT_TRACEBACK = 3;

export function pythonFailed(failure: PythonFailure): RegripError {
  const { how, output, log } = failure;
  const lines = output.split('\n').map((line) => line.trimEnd());
  const said = exceptionOf(lines) ?? lastWords(lines);
  const place = placeOf(lines, failure.workingFolder);
  const hint = hintOf(failure, output);
  return new WorkError({
    code: 'python-failed',
    message: `train.py ended with ${how}${said === '' ? ' without output' : `: ${said}`}${place === undefined ? '' : ` (at ${place})`}; its complete output is in ${log}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The last exception, with the first continuation lines of its message. */
function exceptionOf(lines: readonly string[]): string | undefined {
  const traceback = lines.findLastIndex((line) => line.startsWith('Traceback (most recent call last)'));
  if (traceback < 0) return undefined;
  const at = lines.findIndex((line, index) => index > traceback && EXCEPTION.test(line));
  if (at < 0) return undefined;
  const more: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (line.trim() === '' || ADVICE.test(line)) break;
    more.push(line.trim());
  }
  return [lines[at]!, ...more.slice(0, MAX_LINES_WITHOUT_TRACEBACK)].join(' ');
}

function lastWords(lines: readonly string[]): string {
  const told = lines.filter((line) => line.trim() !== '' && !ADVICE.test(line));
  return told.slice(-MAX_LINES_WITHOUT_TRACEBACK).join(' | ');
}

/** The innermost frame in the user's own code, otherwise the innermost of all. */
function placeOf(lines: readonly string[], workingFolder: string): string | undefined {
  const traceback = lines.findLastIndex((line) => line.startsWith('Traceback (most recent call last)'));
  if (traceback < 0) return undefined;
  const frames = lines.slice(traceback).flatMap((line) => {
    const [, file, number] = FRAME.exec(line) ?? [];
    return file === undefined ? [] : [{ file, number: number! }];
  });
  const isOwn = (file: string): boolean =>
    file.startsWith(workingFolder + sep) && !/[\\/]site-packages[\\/]/.test(file);
  const frame = frames.findLast(({ file }) => isOwn(file)) ?? frames.at(-1);
  if (frame === undefined) return undefined;
  const shown = isOwn(frame.file) ? relative(workingFolder, frame.file) : frame.file;
  return `${shown}:${frame.number}`;
}

function hintOf({ explain, how, python }: PythonFailure, output: string): string | undefined {
  const mismatch = /size mismatch for ([\w.]+\w)/.exec(output)?.[1];
  if (mismatch !== undefined) return `to see why the two differ, run: ${explain(mismatch)}`;
  const mend = pythonMend(output, `${quoted(python)} -m pip`);
  const absent = absentModule(output);
  if (absent !== undefined)
    return `check that ${python} is the interpreter to train with (--python chooses another); otherwise ${mend ?? `install what is missing (${absent}) in its environment`}`;
  if (mend !== undefined) return mend;
  if (/CUDA out of memory|OutOfMemoryError/.test(output))
    return 'use a smaller dataloader.batch_size to need less GPU memory; training.gradient_accumulate_every=2 keeps the effective batch size';
  if (/api_key not configured|wandb: (?:ERROR|Paste an API key)/.test(output))
    return 'train.py cannot prompt for input: log in first (wandb login), or log locally with logging.mode=offline';
  if (how === 'signal SIGKILL')
    return 'the system probably killed it for using too much memory: use fewer dataloader.num_workers or a smaller dataloader.batch_size';
  return undefined;
}
