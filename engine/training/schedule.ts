/** The learning rate as a pure function of the step: diffusers' schedules by name. */
import { TrainingError } from './trainingError.js';

export const SCHEDULES = ['cosine', 'linear', 'constant', 'constant_with_warmup', 'polynomial'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];

interface ScheduleLength {
  readonly warmupSteps: number;
  readonly totalSteps: number;
}

const POLYNOMIAL_END = 1e-7; // diffusers' default lr_end, power 1

/** Narrows `training.lr_scheduler`. Throws `lr-scheduler` that lists the choices. */
export function parseSchedule(name: string): ScheduleName {
  const known = SCHEDULES.find((schedule) => schedule === name);
  if (known !== undefined) return known;
  throw new TrainingError({
    code: 'lr-scheduler',
    message: `lr_scheduler is ${name}, expected one of ${SCHEDULES.join(', ')}`,
  });
}

/** The rate of update `step` (0 for the first). The cosine is not clamped: beyond `totalSteps` it rises again. */
export function learningRate(
  name: ScheduleName,
  base: number,
  step: number,
  { warmupSteps, totalSteps }: ScheduleLength,
): number {
  if (name === 'constant') return base;
  if (step < warmupSteps) return base * (step / Math.max(1, warmupSteps));
  if (name === 'constant_with_warmup') return base;
  const left = Math.max(1, totalSteps - warmupSteps);
  if (name === 'linear') return base * Math.max(0, (totalSteps - step) / left);
  if (name === 'polynomial') {
    return step > totalSteps
      ? POLYNOMIAL_END
      : (base - POLYNOMIAL_END) * (1 - (step - warmupSteps) / left) + POLYNOMIAL_END;
  }
  return base * Math.max(0, 0.5 * (1 + Math.cos((Math.PI * (step - warmupSteps)) / left)));
}
