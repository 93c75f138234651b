/** Validation as the robot would run it: the errors on the executed steps of predicted chunks, of the pose and of the gripper. */
import { rounded } from '../../base/numberText.js';
import type { GripperEpisode } from '../../formats/run/gripperValidation.js';
import { type GripperScore, type GripperTrack, scoreGripper } from '../../judge/gripper/accuracy.js';
import { type Thresholds, thresholdsFor } from '../../judge/gripper/switches.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { rowAt } from '../../judge/windows/windows.js';
import type { TrainingData } from '../dataset.js';
import { actionLayout } from './actionLayout.js';
import type { Chunk } from './chunks.js';
import { stepErrors } from './stepErrors.js';

interface GripperErrors {
  readonly policy: GripperScore;
  readonly hold: GripperScore;
  readonly thresholds: Thresholds;
  /** What the scores of `policy` were made from. */
  readonly episodes: readonly GripperEpisode[];
}

interface ChunkErrors {
  /** Mean squared error of the values of the pose, raw units. */
  readonly poseMse: number;
  /** Mean distance, m. */
  readonly positionError: number;
  /** Mean angle between the orientations, degrees. */
  readonly rotationError: number;
  /** Undefined for a policy without a gripper. */
  readonly gripper: GripperErrors | undefined;
}

/**
 * `predicted` holds one (executedSteps, D) block of raw actions a chunk. The baseline `hold` keeps, through each chunk, the
 * gripper state that was observed when the chunk began.
 */
export function chunkErrors(
  data: TrainingData,
  spec: PolicySpec,
  chunks: readonly Chunk[],
  predicted: readonly Float32Array[],
): ChunkErrors {
  const width = spec.actionDim;
  const action = data.columns.get('action')!;
  const layout = actionLayout(action, spec);
  const { gripperAt } = layout;
  const steps = stepErrors(action, chunks, predicted, layout);
  const mean = (of: 'squares' | 'distance' | 'angle'): number =>
    steps.reduce((sum, step) => sum + step[of], 0) / steps.length;
  return {
    poseMse: mean('squares') / layout.poseWidth,
    positionError: mean('distance'),
    rotationError: mean('angle'),
    gripper: gripperAt === undefined ? undefined : gripperErrors(data, width, chunks, predicted, gripperAt),
  };
}

/** Against the demonstrated gripper, which stands at `column` of an action, the policy's and the baseline that holds. */
export function gripperErrors(
  data: TrainingData,
  width: number,
  chunks: readonly Chunk[],
  predicted: readonly Float32Array[],
  column: number,
): GripperErrors {
  const action = data.columns.get('action')!;
  const at = (row: number): number => action.values[row * width + column]!;
  const ours = tracks(chunks, at, (index, i) => predicted[index]![i * width + column]!);
  const held = tracks(chunks, at, (index) => heldGripper(data, at, chunks[index]!));
  const thresholds = gripperThresholds(data, width, column);
  return {
    policy: scoreGripper(ours, thresholds),
    hold: scoreGripper(held, thresholds),
    thresholds,
    episodes: ours.map(({ episode, steps, predicted, demonstrated }) => ({
      episode,
      steps,
      recorded: demonstrated,
      predicted: predicted.map((value) => Number(rounded(value, 6))),
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
function gripperThresholds(data: TrainingData, width: number, column: number): Thresholds {
  const action = data.columns.get('action')!;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = column; i < action.values.length; i += width) {
    min = Math.min(min, action.values[i]!);
    max = Math.max(max, action.values[i]!);
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
