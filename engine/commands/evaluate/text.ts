/** An evaluation for a person to read: each number with what it means. */

import { counted } from '../../base/counted.js';
import { fixed, precise } from '../../base/numberText.js';
import { onOneLine } from '../../base/shown.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { trajectoryOf } from '../../judge/policy/trajectory.js';
import type { EvaluateResult, GripperEvaluation, Spread, SwitchNumbers } from '../../wire/evaluateResult.js';
import type { PolicyJob } from '../../wire/workerMessages.js';

export function evaluateText(job: PolicyJob, spec: PolicySpec, result: EvaluateResult): string {
  const { method, steps } = job.sampler;
  return [
    `${onOneLine(job.checkpoint)}: ${job.weights === 'ema' ? 'EMA' : 'model'} weights, ${method} in ${counted(steps, 'step')}, seed ${job.seed}`,
    `${onOneLine(job.dataset)}: ${counted(result.episodes.length, 'episode')}, ${counted(result.windows, 'window')}, ${counted(result.chunks, 'chunk')}, ${counted(result.executedSteps, 'executed step')}`,
    '',
    ...lossLines(spec, result),
    '',
    ...poseLines(result),
    '',
    ...(result.gripper === null ? ['no gripper: the actions are poses alone'] : gripperLines(result.gripper)),
  ].join('\n');
}

function lossLines(spec: PolicySpec, { valLoss, poseMse, actionMse }: EvaluateResult): string[] {
  const crops = spec.observations.some(({ type }) => type === 'rgb') ? 'centre crops, ' : '';
  const whole = trajectoryOf(spec).steps === spec.horizon ? 'whole horizon' : 'executed steps';
  return [
    line(
      'validation loss',
      precise(valLoss, 4),
      `MSE of the predicted noise; no dropout, ${crops}seeded noise`,
    ),
    line('pose MSE', precise(poseMse, 4), `sampled against demonstrated pose, ${whole}, raw units`),
    line(
      'action MSE',
      precise(actionMse, 4),
      'the same over all action values (upstream’s train_action_mse_error)',
    ),
  ];
}

function poseLines({ position, rotation, perStep }: EvaluateResult): string[] {
  const rows = [
    `${'executed steps'.padEnd(20)}${'mean'.padStart(12)}${'95 %'.padStart(12)}`,
    ...(['x', 'y', 'z'] as const).map((axis) => row(`position ${axis}`, position[axis], millimetres)),
    row('position', position.norm, millimetres),
    row('rotation', rotation, degrees),
  ];
  const steps = perStep.map(
    (step) =>
      `${`  step ${step.step}`.padEnd(20)}${millimetres(step.position.mean).padStart(12)}${degrees(step.rotation.mean).padStart(12)}`,
  );
  return [
    ...rows,
    '',
    `${'mean by step'.padEnd(20)}${'position'.padStart(12)}${'rotation'.padStart(12)}`,
    ...steps,
  ];
}

function gripperLines(gripper: GripperEvaluation): string[] {
  const { thresholds } = gripper;
  const switches = ({ toleranceSteps, f1, precision, recall }: SwitchNumbers, held: SwitchNumbers): string =>
    line(
      `switch F1 ± ${toleranceSteps}`,
      ratio(f1),
      `precision ${ratio(precision)}, recall ${ratio(recall)}; pairs in one direction at most ${counted(toleranceSteps, 'step')} apart; holding: ${ratio(held.f1)}`,
    );
  const { demonstratedSwitches, predictedSwitches, early, late, missed, spurious } = gripper;
  return [
    line(
      'gripper accuracy',
      ratio(gripper.accuracy),
      `of the executed steps; ${ratio(gripper.hold.accuracy)} for holding the state at each chunk’s start`,
    ),
    switches(gripper.within1, gripper.hold.within1),
    switches(gripper.within2, gripper.hold.within2),
    line(
      'latency',
      gripper.latencySteps === null ? '–' : `${counted(gripper.latencySteps, 'step')}`,
      'median of predicted minus demonstrated, pairs at most 8 steps apart; positive is late',
    ),
    line(
      'switches',
      `${predictedSwitches} predicted, ${demonstratedSwitches} demonstrated`,
      `${early} early, ${late} late, ${missed} missed, ${spurious} spurious`,
    ),
    line(
      'thresholds',
      `${fixed(thresholds.low, 3)}, ${fixed(thresholds.high, 3)}`,
      'a switch crosses both thresholds',
    ),
  ];
}

function line(name: string, value: string, meaning: string): string {
  return `${name.padEnd(20)}${value.padStart(12)}  ${meaning}`;
}

function row(name: string, { mean, p95 }: Spread, unit: (value: number) => string): string {
  return `${name.padEnd(20)}${unit(mean).padStart(12)}${unit(p95).padStart(12)}`;
}

function millimetres(metres: number): string {
  return fixed(metres * 1000, 1, ' mm');
}

function degrees(value: number): string {
  return fixed(value, 2, '°');
}

function ratio(value: number | null): string {
  return fixed(value, 3);
}
