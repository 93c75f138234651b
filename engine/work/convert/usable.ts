/** What a conversion needs of an episode, whatever format recorded it: columns of a name, width and unit, and one camera. */
import { firstFew } from '../../base/firstFew.js';
import type { FrameSource } from '../../formats/recording/frames.js';
import { type Episode, type EpisodeEntry, RecordingError, type Unit } from '../../formats/recording.js';

export interface UsableEpisode extends Pick<Episode, 'name' | 'steps' | 'columns'> {
  /** Of each step. */
  readonly frames: readonly FrameSource[];
  readonly stamp: EpisodeEntry['stamp'];
}

/** A recorded column that the data set is made of. */
interface Wanted {
  readonly unit: Unit;
  /** Of a row. */
  readonly shape: readonly number[];
  /** For 8-D actions alone. */
  readonly isGripper?: boolean;
  readonly isOptional?: boolean;
}

const WANTED = {
  robot_eef_pose: { unit: 'pose', shape: [7] },
  action: { unit: 'pose', shape: [7] },
  action_gripper: { unit: 'opening', shape: [], isGripper: true },
  robot_gripper: { unit: 'opening', shape: [], isGripper: true, isOptional: true },
  timestamp: { unit: 'seconds', shape: [], isOptional: true },
} as const satisfies Readonly<Record<string, Wanted>>;

export type ColumnName = keyof typeof WANTED;

const columnsWanted = (gripper: boolean) =>
  (Object.entries(WANTED) as [ColumnName, Wanted][]).filter(([, { isGripper }]) => gripper || !isGripper);

/** Throws `RecordingError` where the episode has something else; `input` is what the error is about. */
export function usable(
  episode: Episode,
  { stamp }: EpisodeEntry,
  input: string,
  gripper: boolean,
): UsableEpisode {
  for (const [name, wanted] of columnsWanted(gripper)) {
    const fault = faultOf(episode, name, wanted);
    if (fault !== undefined) throw new RecordingError('episode-arrays', input, fault);
  }
  const { name, steps, columns } = episode;
  return { name, steps, columns, stamp, frames: onlyCamera(episode, input) };
}

/** Why `episode` cannot join those that begin with `first`, which decides which optional columns there are. */
export function lacking(episode: UsableEpisode, first: UsableEpisode, gripper: boolean): string | undefined {
  const missing = columnsWanted(gripper).find(
    ([name]) => first.columns.has(name) && !episode.columns.has(name),
  );
  return missing && `has no column ${missing[0]}, but ${first.name} has one`;
}

function faultOf({ columns, steps }: Episode, name: string, wanted: Wanted): string | undefined {
  const column = columns.get(name);
  if (column === undefined)
    return wanted.isOptional
      ? undefined
      : `has no column ${name} (it has ${firstFew([...columns.keys()], 8) || 'none'})`;
  if (column.unit !== wanted.unit)
    return `the column ${name} is in the unit ${column.unit}, expected ${wanted.unit}`;
  const shape = [steps, ...wanted.shape];
  if (column.shape.join() === shape.join()) return undefined;
  return `the column ${name} has shape (${column.shape.join(', ')}), expected (${shape.join(', ')})`;
}

function onlyCamera({ cameras, steps }: Episode, input: string): readonly FrameSource[] {
  const [frames, ...others] = cameras.values();
  if (frames === undefined || others.length > 0) {
    const found = firstFew([...cameras.keys()], 8) || 'none';
    throw new RecordingError('episode-frames', input, `a data set is made from one camera, found ${found}`);
  }
  if (frames.length === steps) return frames;
  throw new RecordingError('episode-frames', input, `has ${frames.length} frames for ${steps} steps`);
}
