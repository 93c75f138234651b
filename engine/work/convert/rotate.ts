/** An episode's poses in another representation of rotations: each column of poses, and what of it cannot be turned. */
import { counted } from '../../base/counted.js';
import { rounded } from '../../base/numberText.js';
import { fromQuaternion, type Rotation } from '../../base/rotation.js';
import { POSITION_WIDTH, poseWidth } from '../../formats/poseLayout.js';
import { type RecordedColumn, RecordingError } from '../../formats/recording.js';
import type { UsableEpisode } from './usable.js';

/** As it is recorded: x, y, z and a quaternion. */
const POSE = poseWidth({});

/** Recorded quaternions are off by some 1e-7. */
const UNIT_TOLERANCE = 1e-3;
/** Beyond this it is not rounding: another column, or another order of components, was recorded as a quaternion. */
const MOST_OFF = 0.1;

interface Rotated {
  readonly episode: UsableEpisode;
  /** What is odd but no reason to leave the episode out. */
  readonly notes: readonly string[];
}

/** Throws `RecordingError` where a quaternion is not a rotation; `input` is what the error is about. */
export function rotated(episode: UsableEpisode, rotation: Rotation, input: string): Rotated {
  const columns = new Map(episode.columns);
  const notes: string[] = [];
  for (const [name, column] of episode.columns) {
    if (column.unit !== 'pose') continue;
    notes.push(...lengthNotes(name, column.values, input));
    columns.set(name, turnedColumn(column, rotation));
  }
  return { episode: { ...episode, columns }, notes };
}

function turnedColumn(column: RecordedColumn, rotation: Rotation): RecordedColumn {
  const { values, shape, unit } = column;
  const steps = shape[0]!;
  const width = poseWidth({ rotation });
  const rows = new Float64Array(steps * width);
  for (let step = 0; step < steps; step += 1) {
    const [x, y, z, qx, qy, qz, qw] = values.subarray(step * POSE, (step + 1) * POSE);
    rows.set([x!, y!, z!, ...fromQuaternion(rotation, [qx!, qy!, qz!, qw!])], step * width);
  }
  const turned = { shape: [steps, width], unit };
  return column.dtype === '<f4'
    ? { ...turned, dtype: '<f4', values: Float32Array.from(rows) }
    : { ...turned, dtype: '<f8', values: rows };
}

/** Quaternions whose length is not 1 but close to it are taken for their direction, as pytorch3d does. */
function lengthNotes(name: string, poses: RecordedColumn['values'], input: string): string[] {
  const odd: { step: number; length: number }[] = [];
  for (let at = 0; at < poses.length; at += POSE) {
    const length = Math.hypot(...poses.subarray(at + POSITION_WIDTH, at + POSE));
    const off = Math.abs(length - 1);
    if (off > MOST_OFF) throw notRotation(input, name, at / POSE, length);
    if (off > UNIT_TOLERANCE) odd.push({ step: at / POSE, length });
  }
  const [first] = odd;
  if (first === undefined) return [];
  const which = `the first at step ${first.step}, of length ${rounded(first.length, 4)}`;
  return [`${name}: ${counted(odd.length, 'quaternion')} (${which}) normalised before the conversion`];
}

function notRotation(input: string, name: string, step: number, length: number): RecordingError {
  const found =
    length === 0
      ? `is zero in ${name} at step ${step}, which is not a rotation`
      : `has length ${rounded(length, 4)} in ${name} at step ${step}, expected 1`;
  return new RecordingError('episode-values', input, `the quaternion ${found}`);
}

/** Of all episodes in one line: a gripper that points down is half a turn from upright, and jumps in each of them. */
export function jumpNote(episodes: readonly UsableEpisode[]): string | undefined {
  const jumps = episodes.flatMap((episode) =>
    [...episode.columns].flatMap(([column, { unit, values }]) =>
      unit === 'pose' ? jumpsIn(values).map((step) => ({ episode: episode.name, column, step })) : [],
    ),
  );
  const [first] = jumps;
  if (first === undefined) return undefined;
  const among = counted(new Set(jumps.map(({ episode }) => episode)).size, 'episode');
  const where = `${counted(jumps.length, 'time')} in ${among} (first in ${first.episode}, ${first.column}, at step ${first.step})`;
  return `the axis-angle jumps to the opposite axis ${where}, where a rotation passes half a turn: a policy does not learn such jumps well, and --rotation 6d has none`;
}

/** Neighbouring steps are never half a turn apart: where the numbers differ by more, the axis has changed sides. */
function jumpsIn(poses: RecordedColumn['values']): number[] {
  const width = poseWidth({ rotation: 'axis-angle' });
  const jumps: number[] = [];
  for (let at = width; at < poses.length; at += width) {
    const [dx, dy, dz] = [3, 4, 5].map((k) => poses[at + k]! - poses[at - width + k]!);
    if (Math.hypot(dx!, dy!, dz!) > Math.PI) jumps.push(at / width);
  }
  return jumps;
}
