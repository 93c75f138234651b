/** Why the user's train.py ended, from the last of what it printed. */
import { relative, sep } from 'node:path';
import { RegripError } from '../../../base/errors.js';
import { quoted } from '../../../base/shell.js';
import { absentModule, pythonMend } from '../../../project/python/breaks.js';

interface PythonFailure {
  /** `exit code 1`, `signal SIGKILL`. */
  readonly how: string;
  /** The interpreter. */
  readonly python: string;
  /** The last of stdout and stderr. */
  readonly output: string;
  /** Absolute path of everything that it printed. */
  readonly log: string;
  /** Code below it is the user's. */
  readonly workingFolder: string;
  /** The call that explains a key of the checkpoint. */
  readonly explain: (key: string) => string;
}

/** Hydra's advice is of no use to somebody who did not type the command. */
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
  return new RegripError({
    code: 'python-failed',
    message: `train.py ended with ${how}${said === '' ? ' and said nothing' : `: ${said}`}${place === undefined ? '' : ` (at ${place})`}; all that it printed is in ${log}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The last exception, with the first of the lines that its message goes on in. */
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

/** The innermost frame of the user's own code, else the innermost of all. */
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
  if (mismatch !== undefined) return `why the two differ: ${explain(mismatch)}`;
  const mend = pythonMend(output, `${quoted(python)} -m pip`);
  const absent = absentModule(output);
  if (absent !== undefined)
    return `is ${python} the interpreter that trains? --python names another; else ${mend ?? `install what it lacks (${absent}) into its environment`}`;
  if (mend !== undefined) return mend;
  if (/CUDA out of memory|OutOfMemoryError/.test(output))
    return 'a smaller dataloader.batch_size needs less memory of the GPU; training.gradient_accumulate_every=2 keeps what an update sees';
  if (/api_key not configured|wandb: (?:ERROR|Paste an API key)/.test(output))
    return 'train.py cannot ask for anything: log in first (wandb login), or keep its log here with logging.mode=offline';
  if (how === 'signal SIGKILL')
    return 'the system kills a process that takes too much memory: fewer dataloader.num_workers, or a smaller dataloader.batch_size';
  return undefined;
}
