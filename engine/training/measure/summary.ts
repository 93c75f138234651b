/** Aggregates single errors into the numbers of the report. */
import type { GripperScore, SwitchScore } from '../../judge/gripper/accuracy.js';
import type {
  GripperNumbers,
  PositionError,
  Spread,
  StepReport,
  SwitchNumbers,
} from '../../wire/evaluateResult.js';
import type { StepError } from './stepErrors.js';

/** Percentile as in NumPy's `linear`; NaN for no values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = 0.95 * (sorted.length - 1);
  const low = sorted[Math.floor(rank)] ?? Number.NaN;
  const high = sorted[Math.ceil(rank)] ?? Number.NaN;
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    p95: low + (high - low) * (rank - Math.floor(rank)),
  };
}

export function positionError(steps: readonly StepError[]): PositionError {
  const axis = (index: 0 | 1 | 2): Spread => spreadOf(steps.map(({ offset }) => Math.abs(offset[index])));
  return { x: axis(0), y: axis(1), z: axis(2), norm: spreadOf(steps.map(({ distance }) => distance)) };
}

export function stepReports(steps: readonly StepError[], executedSteps: number): StepReport[] {
  return Array.from({ length: executedSteps }, (_, step): StepReport => {
    const here = steps.filter((error) => error.step === step);
    return {
      step,
      position: spreadOf(here.map(({ distance }) => distance)),
      rotation: spreadOf(here.map(({ angle }) => angle)),
    };
  });
}

/**
 * Mean squared error over so many `values` of each action from `start` on; both (N, horizon, D) flat, one block per window. Upstream's
 * train_action_mse_error is this with all D.
 */
export function squaredError(
  predicted: readonly Float32Array[],
  truth: Float32Array,
  width: number,
  values: number,
  start = 0,
): number {
  let [sum, count, at] = [0, 0, 0];
  for (const block of predicted)
    for (let i = 0; i < block.length; i++, at++)
      if (i % width >= start && i % width < start + values) {
        sum += (block[i]! - truth[at]!) ** 2;
        count++;
      }
  return sum / count;
}

export function gripperNumbers(score: GripperScore): GripperNumbers {
  const within2 = switchNumbers(score.within2, 2);
  return {
    accuracy: score.accuracy ?? null,
    switchF1: within2.f1,
    within1: switchNumbers(score.within1, 1),
    within2,
    latencySteps: score.latencySteps ?? null,
    early: score.early,
    late: score.late,
    missed: score.missed,
    spurious: score.spurious,
    predictedSwitches: score.within2.predicted,
    demonstratedSwitches: score.within2.demonstrated,
  };
}

function switchNumbers(
  { hits, predicted, demonstrated, f1 }: SwitchScore,
  toleranceSteps: number,
): SwitchNumbers {
  return {
    toleranceSteps,
    hits,
    f1: f1 ?? null,
    precision: predicted === 0 ? null : hits / predicted,
    recall: demonstrated === 0 ? null : hits / demonstrated,
  };
}
