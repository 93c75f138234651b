/** A start that is refused before its first step leaves the run folder as it found it. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RegripError } from '../base/errors.js';

/** What a start makes before it trains. Computed features stay: they may have taken hours, and the next start finds them. */
const MADE = ['regrip.json', '.hydra', 'checkpoints', 'adapted.ckpt', 'adaptation.json'] as const;

/**
 * Calls `start`, which says when the training has begun. Where it is refused before that, what it made in `folder` is removed; what was
 * there before stays. A process that crashed was not refused: its record tells of it.
 */
export async function leavingNoTrace<T>(
  folder: string,
  start: (hasBegun: () => void) => Promise<T>,
): Promise<T> {
  const before = new Set(await readdir(folder));
  let isBegun = false;
  try {
    return await start(() => {
      isBegun = true;
    });
  } catch (error) {
    if (!isBegun && isRefusal(error)) await removeMade(folder, before);
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  if (error instanceof RegripError) return error.code !== 'worker-crashed';
  return error instanceof Error && error.name === 'AbortError';
}

/** The error that is thrown says more than one of the disk here. */
async function removeMade(folder: string, before: ReadonlySet<string>): Promise<void> {
  for (const name of MADE.filter((made) => !before.has(made)))
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}
