/** The demo's result as text: a table over steps, curves, and what they mean. */
import { type Curve, plotText } from './plot.js';
import { type Cell, tableText } from './table.js';
import type { Measured, Scores } from './training.js';
import { judgeGripper, judgeInheritance, judgePosition, POSE_THRESHOLDS, THRESHOLDS } from './verdict.js';

export interface DemoResult {
  /** The 7-D policy's last validation. */
  readonly sevenD: Measured;
  readonly inherited: readonly Measured[];
  readonly scratch: readonly Measured[];
  readonly stateOnly: Scores;
  /** Position error of not moving at all, m. */
  readonly standingStill: number;
  /** Episodes of the validation, none of which was trained on. */
  readonly episodes: number;
  readonly switches: number;
}

const HEADER = ['step', 'way', 'position', '÷ 7-D', 'gripper acc.', 'F1 ±1', 'F1 ±2', 'seconds'];
/** Rows of the table; the curves show all epochs. */
const ROWS = 7;

export function resultTable(result: DemoResult): string {
  const rows: Cell[][] = [];
  for (const [index, ours] of result.inherited.entries()) {
    if (!isShown(index, result.inherited.length)) continue;
    rows.push(rowOf(ours.step, 'inherited', ours, result.sevenD));
    const theirs = result.scratch[index];
    if (theirs !== undefined) rows.push(rowOf(undefined, 'scratch', theirs, result.sevenD));
  }
  const hold = holdOf(result);
  if (hold !== undefined)
    rows.push(['', 'baseline: hold the gripper', undefined, undefined, ...scoreCells(hold), '']);
  rows.push(['', 'baseline: state, no image', undefined, undefined, ...scoreCells(result.stateOnly), '']);
  rows.push([
    '',
    'baseline: stand still',
    millimetres(result.standingStill),
    (result.standingStill / result.sevenD.positionError).toFixed(2),
    ...scoreCells(undefined),
    '',
  ]);
  rows.push([
    '',
    'the 7-D policy',
    millimetres(result.sevenD.positionError),
    '1.00',
    ...scoreCells(undefined),
    '',
  ]);
  return tableText(HEADER, rows);
}

/** The first, the last, and doubling distances in between. */
function isShown(index: number, count: number): boolean {
  if (index === count - 1 || index === 0) return true;
  if (count <= ROWS) return true;
  return Number.isInteger(Math.log2(index));
}

function rowOf(step: number | undefined, way: string, measured: Measured, sevenD: Measured): Cell[] {
  return [
    step === undefined ? '' : String(step),
    way,
    millimetres(measured.positionError),
    (measured.positionError / sevenD.positionError).toFixed(2),
    ...scoreCells(measured.gripper),
    measured.seconds.toFixed(0),
  ];
}

function scoreCells(scores: Scores | undefined): Cell[] {
  if (scores === undefined) return [undefined, undefined, undefined];
  return [scores.accuracy.toFixed(3), scores.f1Within1.toFixed(2), scores.f1Within2.toFixed(2)];
}

function millimetres(metres: number): string {
  return `${(metres * 1000).toFixed(1)} mm`;
}

export function resultPlots(result: DemoResult): string {
  const { inherited, scratch } = result;
  const curves = (value: (measured: Measured) => number | undefined): Curve[] => [
    { name: 'inherited', mark: '●', points: pointsOf(inherited, value) },
    { name: 'scratch', mark: '○', points: pointsOf(scratch, value) },
  ];
  const area = { width: 64, height: 11, xName: 'steps' };
  const hold = holdOf(result);
  return [
    plotText(
      curves((measured) => measured.positionError * 1000),
      {
        ...area,
        title: 'position error, mm',
        level: { name: 'the 7-D policy', y: result.sevenD.positionError * 1000 },
        format: (y) => y.toFixed(0),
      },
    ),
    plotText(
      curves((measured) => measured.gripper?.accuracy),
      {
        ...area,
        title: 'gripper accuracy',
        range: [0.4, 1],
        ...(hold === undefined ? {} : { level: { name: 'hold the gripper', y: hold.accuracy } }),
        format: (y) => y.toFixed(2),
      },
    ),
    plotText(
      curves((measured) => measured.gripper?.f1Within2),
      {
        ...area,
        title: 'switch F1, ± 2 steps',
        range: [0, 1],
        level: { name: 'state, no image', y: result.stateOnly.f1Within2 },
        format: (y) => y.toFixed(2),
      },
    ),
  ].join('\n\n');
}

function pointsOf(
  measured: readonly Measured[],
  value: (measured: Measured) => number | undefined,
): Curve['points'] {
  return measured.flatMap((one) => {
    const y = value(one);
    return y === undefined || Number.isNaN(y) ? [] : [{ x: one.step, y }];
  });
}

/** The sentences under the table. */
export function resultWords(result: DemoResult): string {
  const start = result.inherited[0]!;
  return [
    `${result.episodes} validation episodes with ${result.switches} gripper switches; few, so the last digit means little.`,
    inheritance(result),
    `Before any step the widened policy's position error is ${judgePosition(start.positionError, result.sevenD.positionError)};` +
      ` the noise of the samples differs, the pose that it predicts does not.`,
    wordsOf('Inherited', result.inherited.at(-1)!, result),
    wordsOf('From scratch', result.scratch.at(-1)!, result),
    sooner(result),
    `Verdicts by: ${THRESHOLDS}.`,
  ].join('\n');
}

function inheritance({ sevenD, standingStill }: DemoResult): string {
  const factor = sevenD.positionError / standingStill;
  const worth = judgeInheritance(sevenD.positionError, standingStill);
  return `The 7-D policy is ${worth.toUpperCase()}: its position error is ${factor.toFixed(2)} × that of standing still (${POSE_THRESHOLDS}).`;
}

function wordsOf(way: string, last: Measured, result: DemoResult): string {
  const hold = holdOf(result);
  const baselines = hold === undefined ? [result.stateOnly] : [hold, result.stateOnly];
  const gripper = last.gripper === undefined ? 'none' : judgeGripper(last.gripper, baselines);
  const position = judgePosition(last.positionError, result.sevenD.positionError);
  return `${way}, after ${last.step} steps: the gripper is ${gripper.toUpperCase()}, the position error ${position}.`;
}

/** At which step the inherited policy was first as good as scratch is at its end. */
function sooner({ inherited, scratch }: DemoResult): string {
  const end = scratch.at(-1)!;
  const gripper = inherited.find(
    (one) => (one.gripper?.accuracy ?? 0) >= (end.gripper?.accuracy ?? Number.POSITIVE_INFINITY),
  );
  const position = inherited.find((one) => one.positionError <= end.positionError);
  const at = (one: Measured | undefined): string => (one === undefined ? 'not reached' : `step ${one.step}`);
  return `What scratch has after ${end.step} steps the inherited policy had at: position ${at(position)}, gripper accuracy ${at(gripper)}.`;
}

function holdOf(result: DemoResult): Scores | undefined {
  return result.inherited.at(-1)?.hold;
}
