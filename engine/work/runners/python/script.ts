/** The train.py that trains a config, and where it looks for configs. */
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { withoutMark } from '../../../base/byteOrderMark.js';
import type { RegripError } from '../../../base/errors.js';
import { trainScriptsIn } from '../../../config/startFolder.js';
import { hydraMain } from '../../../project/python/hydraMain.js';
import { WorkError } from '../../workError.js';

export interface TrainScript {
  /** Absolute. */
  readonly file: string;
  /** Undefined where its text does not show it. */
  readonly configRoot: string | undefined;
}

/** `named`: absolute. Throws `train-script` where there is none, or where several could be meant. */
export async function findTrainScript(
  named: string | undefined,
  primary: string,
  startFolder: string,
): Promise<TrainScript> {
  const file = named ?? onlyOne(await trainScriptsIn(startFolder, dirname(primary)), primary, startFolder);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw problem(`${file} cannot be read (${cause.code ?? cause.message})`);
  });
  return { file, configRoot: hydraMain(withoutMark(text), file)?.configRoot };
}

function onlyOne(found: readonly string[], primary: string, startFolder: string): string {
  const usual = found.find((file) => basename(file) === 'train.py');
  if (usual !== undefined) return usual;
  if (found.length === 1) return found[0]!;
  const names = found.map((file) => basename(file)).join(', ');
  throw problem(
    found.length === 0
      ? `no train*.py in ${startFolder} uses the configs in ${dirname(primary)}`
      : `${names} in ${startFolder} all use the configs in ${dirname(primary)}`,
  );
}

function problem(message: string): RegripError {
  return new WorkError({
    code: 'train-script',
    message,
    hint: 'give the script to run: --train-script path/to/train.py',
  });
}
