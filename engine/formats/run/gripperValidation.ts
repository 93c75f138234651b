/** `validation/gripper.json` of a run folder: the last validation's predicted beside the recorded gripper. */
import { asNumber, at, type Plain } from '../../base/plain.js';

export interface GripperValidation {
  readonly version: 1;
  readonly epoch: number;
  readonly globalStep: number;
  /** Below `low` the gripper is in its lower state, above `high` in its upper one. */
  readonly thresholds: { readonly low: number; readonly high: number };
  readonly episodes: readonly GripperEpisode[];
}

export interface GripperEpisode {
  /** Index in the data set, from 0. */
  readonly episode: number;
  /** Executed steps, counted from the episode's first. */
  readonly steps: readonly number[];
  /** The demonstrated command of each of them. */
  readonly recorded: readonly number[];
  readonly predicted: readonly number[];
}

/** From the file's JSON; undefined where it is something else. */
export function parseGripperValidation(value: Plain): GripperValidation | undefined {
  const low = asNumber(at(value, ['thresholds', 'low']));
  const high = asNumber(at(value, ['thresholds', 'high']));
  const episodes = at(value, ['episodes']);
  if (low === undefined || high === undefined || !Array.isArray(episodes)) return undefined;
  return {
    version: 1,
    epoch: asNumber(at(value, ['epoch'])) ?? 0,
    globalStep: asNumber(at(value, ['globalStep'])) ?? 0,
    thresholds: { low, high },
    episodes: episodes.flatMap((episode: Plain) => parseEpisode(episode) ?? []),
  };
}

function parseEpisode(value: Plain): GripperEpisode | undefined {
  const episode = asNumber(at(value, ['episode']));
  const [steps, recorded, predicted] = ['steps', 'recorded', 'predicted'].map((name) => at(value, [name]));
  if (episode === undefined || !Array.isArray(steps) || !Array.isArray(recorded) || !Array.isArray(predicted))
    return undefined;
  if (recorded.length !== steps.length || predicted.length !== steps.length) return undefined;
  // JSON writes NaN as null: a prediction that is not a number.
  const numbers = (list: readonly Plain[]): number[] => list.map((one) => asNumber(one) ?? Number.NaN);
  return { episode, steps: numbers(steps), recorded: numbers(recorded), predicted: numbers(predicted) };
}
