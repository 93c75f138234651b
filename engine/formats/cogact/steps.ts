/** How many steps an episode has: `n_steps` of its `meta.json`. */
import { join } from 'node:path';
import { withoutMark } from '../../base/byteOrderMark.js';
import { shownJson } from '../../base/shown.js';
import { readBounded } from '../recording/boundedFile.js';
import { RecordingError } from '../recording.js';
import { META } from './folders.js';

const MAX_META_BYTES = 2 ** 20;

/** Throws `episode-file` where the file is missing or has no count. */
export async function readSteps(episode: string): Promise<number> {
  const file = join(episode, META);
  const text = withoutMark((await readBounded(file, MAX_META_BYTES)).toString('utf8'));
  let meta: unknown;
  try {
    meta = JSON.parse(text);
  } catch (cause) {
    throw new RecordingError('episode-file', file, `${META} is not valid JSON`, undefined, cause);
  }
  const steps = typeof meta === 'object' && meta !== null ? Reflect.get(meta, 'n_steps') : undefined;
  if (Number.isSafeInteger(steps) && (steps as number) > 0) return steps as number;
  const found = `n_steps of ${META} is ${shownJson(steps)}, expected a count`;
  throw new RecordingError('episode-file', file, found);
}
