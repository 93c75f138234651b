/** Validation as the robot would run it: chunk after chunk through whole episodes, and the errors on the executed steps. */
import type { GripperEpisode } from '../formats/run/gripperValidation.js';
import { type GripperScore, type GripperTrack, scoreGripper } from '../gripper/accuracy.js';
import { type Thresholds, thresholdsFor } from '../gripper/switches.js';
import type { PolicySpec } from '../policy/spec.js';
import type { TrainingData } from './dataset.js';
import { rowAt, type Window } from './windows.js';

/** A window from which one chunk is predicted, and the rows whose actions the robot would execute. */
export interface Chunk {
  readonly window: Window;
  /** Row of the current observation. */
  readonly now: number;
  readonly executed: readonly number[];
}

/** Poses are (x, y, z) in metres and a quaternion (x, y, z, w); the gripper follows. */
const POSE = 7;
const GRIPPER = 7;

/** The chunks of the marked episodes in order, at most `limit` (then the last episode is cut short). */
export function chunksOf(
  episodeEnds: readonly number[],
  mask: readonly boolean[],
  spec: PolicySpec,
  latencySteps: number,
  limit: number,
): Chunk[] {
  const chunks: Chunk[] = [];
  for (const [episode, episodeEnd] of episodeEnds.entries()) {
    if (!mask[episode]) continue;
    const episodeStart = episode === 0 ? 0 : episodeEnds[episode - 1]!;
    for (let now = episodeStart; now < episodeEnd && chunks.length < limit; now += spec.actionSteps) {
      const first = now - (spec.obsSteps - 1);
      const start = now + latencySteps;
      const count = Math.min(spec.actionSteps, episodeEnd - start);
      if (count <= 0) break;
      chunks.push({
        window: { episode, episodeStart, episodeEnd, first, length: spec.horizon + latencySteps },
        now,
        executed: Array.from({ length: count }, (_, i) => start + i),
      });
    }
  }
  return chunks;
}

export interface ChunkErrors {
  /** Mean squared error of the seven pose values, raw units. */
  readonly poseMse: number;
  /** Mean distance, m. */
  readonly positionError: number;
  /** Mean angle between the orientations, degrees. */
  readonly rotationError: number;
  /** Undefined for a policy without a gripper. */
  readonly gripper: GripperErrors | undefined;
}

export interface GripperErrors {
  readonly policy: GripperScore;
  readonly hold: GripperScore;
  readonly thresholds: Thresholds;
  /** What the scores of `policy` were made from. */
  readonly episodes: readonly GripperEpisode[];
}

/**
 * `predicted` holds one (actionSteps, D) block of raw actions a chunk. The baseline `hold` keeps, through each chunk, the
 * gripper state that was observed when the chunk began.
 */
export function chunkErrors(
  data: TrainingData,
  spec: PolicySpec,
  chunks: readonly Chunk[],
  predicted: readonly Float32Array[],
): ChunkErrors {
  const action = data.columns.get('action')!;
  const width = spec.actionDim;
  let squares = 0;
  let distance = 0;
  let angle = 0;
  let steps = 0;
  for (const [index, chunk] of chunks.entries())
    for (const [i, row] of chunk.executed.entries()) {
      const ours = predicted[index]!.subarray(i * width, i * width + POSE);
      const truth = action.values.subarray(row * width, row * width + POSE);
      squares += ours.reduce((sum, value, d) => sum + (value - truth[d]!) ** 2, 0);
      distance += Math.hypot(ours[0]! - truth[0]!, ours[1]! - truth[1]!, ours[2]! - truth[2]!);
      angle += angleBetween(ours, truth);
      steps++;
    }
  return {
    poseMse: squares / (steps * POSE),
    positionError: distance / steps,
    rotationError: angle / steps,
    gripper: width > GRIPPER ? gripperErrors(data, width, chunks, predicted) : undefined,
  };
}

/** Degrees between two orientations; a quaternion and its negative are the same, and a prediction need not be a unit one. */
function angleBetween(a: Float32Array, b: Float32Array): number {
  let dot = 0;
  let lengthA = 0;
  let lengthB = 0;
  for (let d = 3; d < POSE; d++) {
    dot += a[d]! * b[d]!;
    lengthA += a[d]! ** 2;
    lengthB += b[d]! ** 2;
  }
  const cosine = Math.abs(dot) / Math.sqrt(lengthA * lengthB || 1);
  return (2 * Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
}

function gripperErrors(
  data: TrainingData,
  width: number,
  chunks: readonly Chunk[],
  predicted: readonly Float32Array[],
): GripperErrors {
  const truth = data.columns.get('action')!.values;
  const at = (row: number): number => truth[row * width + GRIPPER]!;
  const ours = tracks(chunks, at, (index, i) => predicted[index]![i * width + GRIPPER]!);
  const held = tracks(chunks, at, (index) => heldGripper(data, at, chunks[index]!));
  const thresholds = gripperThresholds(data, width);
  return {
    policy: scoreGripper(ours, thresholds),
    hold: scoreGripper(held, thresholds),
    thresholds,
    episodes: ours.map(({ episode, steps, predicted, demonstrated }) => ({
      episode,
      steps,
      recorded: demonstrated,
      predicted: predicted.map((value) => Number(value.toPrecision(6))),
    })),
  };
}

/** The observed state where the data set has one, else the command before. */
function heldGripper(data: TrainingData, command: (row: number) => number, chunk: Chunk): number {
  const state = data.columns.get('robot_gripper_state');
  if (state !== undefined) return state.values[chunk.now * state.width]!;
  return command(rowAt({ ...chunk.window, first: chunk.now - 1 }, 0));
}

/** 0.3 and 0.7 of the range that the data set's commands take. */
function gripperThresholds(data: TrainingData, width: number): Thresholds {
  const { values } = data.columns.get('action')!;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = GRIPPER; i < values.length; i += width) {
    min = Math.min(min, values[i]!);
    max = Math.max(max, values[i]!);
  }
  return thresholdsFor(min, max);
}

interface EpisodeTrack extends GripperTrack {
  readonly episode: number;
  /** Counted from the episode's first. */
  readonly steps: number[];
  readonly predicted: number[];
  readonly demonstrated: number[];
}

/** One track an episode: the executed steps of its chunks follow each other. */
function tracks(
  chunks: readonly Chunk[],
  truth: (row: number) => number,
  value: (chunk: number, step: number) => number,
): EpisodeTrack[] {
  const byEpisode = new Map<number, EpisodeTrack>();
  for (const [index, chunk] of chunks.entries()) {
    const { episode, episodeStart } = chunk.window;
    const track = byEpisode.get(episode) ?? { episode, steps: [], predicted: [], demonstrated: [] };
    byEpisode.set(episode, track);
    for (const [i, row] of chunk.executed.entries()) {
      track.steps.push(row - episodeStart);
      track.predicted.push(value(index, i));
      track.demonstrated.push(truth(row));
    }
  }
  return [...byEpisode.values()];
}
