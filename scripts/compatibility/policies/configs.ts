/** The whole training configs of a project, each composed alone; where its own task is missing or broken, with the first one that goes. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { RegripError } from '../../../engine/base/errors.js';
import type { PlainMap } from '../../../engine/base/plain.js';
import { composeProject } from '../../../engine/project/composeProject.js';
import { findTargets } from '../../../engine/project/findTargets.js';
import { DISK_READER } from '../../../engine/project/reader.js';

export type Composed =
  | { readonly file: string; readonly resolved: PlainMap; readonly overrides: readonly string[] }
  | { readonly file: string; readonly error: string };

/** What Regrip finds in a workspace, and configs in folders of their own that `--config-dir` chooses. */
export async function wholeConfigs(folder: string): Promise<string[]> {
  const found = await findTargets(folder, DISK_READER);
  const primaries = found.flatMap(({ script, primary }) => (script === undefined ? [primary] : []));
  return [...new Set([...primaries, ...ownPolicies(folder)])].sort();
}

/** Files that name a workspace and build a policy themselves. */
function ownPolicies(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.yaml$/.test(name) && !name.split(sep).some((part) => part.startsWith('.')))
    .map((name) => join(folder, name))
    .filter((file) => {
      const text = readFileSync(file, 'utf8');
      return /^_target_:/m.test(text) && /^policy:/m.test(text);
    });
}

export async function composed(file: string): Promise<Composed> {
  const alone = await attempt(file, []);
  if ('resolved' in alone) return alone;
  for (const task of tasksOf(file)) {
    const other = await attempt(file, [`task=${task}`]);
    if ('resolved' in other) return other;
  }
  return alone;
}

async function attempt(file: string, overrides: readonly string[]): Promise<Composed> {
  try {
    const { resolved } = await composeProject(file, overrides, { env: process.env, now: new Date(0) });
    return { file, resolved, overrides };
  } catch (error) {
    if (!(error instanceof RegripError)) throw error;
    return { file, error: error.message };
  }
}

function tasksOf(file: string): string[] {
  try {
    const names = readdirSync(join(dirname(file), 'task'));
    return names.flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -'.yaml'.length)] : [])).sort();
  } catch {
    return [];
  }
}
