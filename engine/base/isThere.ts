/** Whether anything is at a path, as far as the system can tell right now. */
import { stat } from 'node:fs/promises';
import { throwPassing } from './diskErrors.js';

/** False also for a link that leads nowhere and for a folder that may not be entered. Throws where the drive does not answer. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      throwPassing(error, path);
      return false;
    },
  );
}
