import { describe, expect, test } from 'vitest';
import { plotText } from '../../../scripts/demo/plot.js';
import { type DemoResult, resultTable, resultWords } from '../../../scripts/demo/report.js';
import { tableText } from '../../../scripts/demo/table.js';
import type { Measured, Scores } from '../../../scripts/demo/training.js';
import { judgeGripper, judgePosition } from '../../../scripts/demo/verdict.js';

const scores = (accuracy: number, f1Within1: number, f1Within2 = f1Within1): Scores => ({
  ...{ accuracy, f1Within1, f1Within2 },
});
const hold = scores(0.8, 0);
const stateOnly = scores(0.85, 0.4, 0.6);
const measured = (step: number, positionError: number, gripper?: Scores): Measured => ({
  ...{ step, seconds: step / 10, positionError, gripper, hold: gripper && hold },
});

describe('a table', () => {
  test('aligns numbers to the right and words to the left', () => {
    expect(
      tableText(
        ['step', 'way'],
        [
          ['5', 'a'],
          ['100', 'longer'],
          ['', undefined],
        ],
      ),
    ).toBe(['step  way', '────  ──────', '   5  a', ' 100  longer', '      –'].join('\n'));
  });
});

describe('a plot', () => {
  const options = { title: 't', width: 5, height: 3, xName: 'steps', format: (y: number) => y.toFixed(0) };

  test('draws a rising line from corner to corner', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 4, y: 2 },
    ];
    expect(plotText([{ name: 'a', mark: 'a', points }], { ...options, xName: 'n' })).toBe(
      ['  t', '  2 ┤    a', '  1 ┤  aa', '  0 ┤aa', '     0 4 n', '    a a'].join('\n'),
    );
  });

  test('marks where curves meet and keeps the level visible beside them', () => {
    const flat = (y: number) => [
      { x: 0, y },
      { x: 4, y },
    ];
    const text = plotText(
      [
        { name: 'a', mark: 'a', points: flat(2) },
        { name: 'b', mark: 'b', points: flat(2) },
      ],
      { ...options, level: { name: 'l', y: 1 } },
    );
    expect(text).toContain('┤*****');
    expect(text).toContain('┤┄┄┄┄┄');
    expect(text).toContain('┄ l 1');
  });

  test('says so without points, and clamps what is out of range', () => {
    expect(plotText([], options)).toContain('(no points)');
    const points = [{ x: 0, y: 9 }];
    expect(plotText([{ name: 'a', mark: 'a', points }], { ...options, range: [0, 1] })).toContain('1 ┤a');
  });
});

describe('the verdict', () => {
  test('calls a gripper by what it does beside the baselines', () => {
    expect(judgeGripper(scores(0.97, 0.92), [hold, stateOnly])).toBe('good');
    expect(judgeGripper(scores(0.9, 0.6, 0.75), [hold, stateOnly])).toBe('fair');
    // Enough F1, but less accurate than a network without eyes.
    expect(judgeGripper(scores(0.84, 0.6, 0.75), [hold, stateOnly])).toBe('weak');
    expect(judgeGripper(scores(0.94, 0.2, 0.3), [hold, stateOnly])).toBe('weak');
  });

  test('says how the position error compares', () => {
    expect(judgePosition(0.011, 0.01)).toMatch(/^kept \(1\.10 ×/);
    expect(judgePosition(0.02, 0.01)).toMatch(/^worse \(2\.00 ×/);
  });
});

describe('the report', () => {
  const result: DemoResult = {
    sevenD: measured(800, 0.012),
    inherited: [measured(0, 0.012, scores(0.5, 0)), measured(25, 0.014, scores(0.96, 0.91))],
    scratch: [measured(0, 0.2, scores(0.5, 0)), measured(25, 0.09, scores(0.7, 0.1))],
    ...{ stateOnly, standingStill: 0.048, episodes: 12, switches: 24 },
  };

  test('holds both ways at each step, and every baseline', () => {
    const lines = resultTable(result).split('\n');
    expect(lines.find((line) => /^ +25 +inherited/.test(line))).toMatch(
      /14\.0 mm +1\.17 +0\.960 +0\.91 +0\.91/,
    );
    expect(lines.filter((line) => line.includes('scratch'))).toHaveLength(2);
    expect(lines.find((line) => line.includes('hold the gripper'))).toMatch(/0\.800 +0\.00 +0\.00/);
    expect(lines.find((line) => line.includes('no image'))).toMatch(/0\.850 +0\.40 +0\.60/);
    expect(lines.find((line) => line.includes('stand still'))).toMatch(/48\.0 mm +4\.00/);
    expect(lines.at(-1)).toMatch(/the 7-D policy +12\.0 mm +1\.00/);
  });

  test('calls a weak gripper weak', () => {
    const words = resultWords(result);
    expect(words).toContain('The 7-D policy is GOOD: its position error is 0.25 × that of standing still');
    expect(words).toContain('Inherited, after 25 steps: the gripper is GOOD, the position error worse (1.17');
    expect(words).toContain('From scratch, after 25 steps: the gripper is WEAK');
    expect(words).toContain('position step 0, gripper accuracy step 25');
  });
});
