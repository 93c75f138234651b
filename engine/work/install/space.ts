/** How much disk space is free where something will be written, and whether an engine fits. */

import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sizeText } from '../../base/shown.js';
import { InstallImpossible } from './installError.js';

/** Bytes that this user may write under `folder`, which need not exist yet. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(nearestFolder(folder));
  return bavail * bsize;
}

interface Demand {
  readonly folder: string;
  readonly bytes: number;
  /** What fills it, for a person. */
  readonly what: string;
  /** The environment variable that moves it. */
  readonly variable: string;
}

/** Throws InstallImpossible when the required space is not available; requirements on one disk are added up. */
export async function requireSpace(
  demands: readonly Demand[],
  free: (folder: string) => Promise<number> = freeBytes,
): Promise<void> {
  const disks = new Map<number, Demand[]>();
  for (const demand of demands) {
    const { dev } = await stat(nearestFolder(demand.folder));
    disks.set(dev, [...(disks.get(dev) ?? []), demand]);
  }
  for (const sharing of disks.values()) {
    const needed = sharing.reduce((sum, { bytes }) => sum + bytes, 0);
    const available = await free(sharing[0]!.folder);
    if (available < needed) throw tooSmall(sharing, needed, available);
  }
}

function tooSmall(sharing: readonly Demand[], needed: number, available: number): InstallImpossible {
  const parts = sharing.map(({ folder, bytes, what }) => `${sizeText(bytes)} for ${what} in ${folder}`);
  return new InstallImpossible(
    `the install needs ${sizeText(needed)} (${parts.join(', ')}), but only ${sizeText(available)} are free there`,
    `free some space, or set ${sharing.map(({ variable }) => variable).join(' or ')} to a folder on a larger disk`,
  );
}

function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}
