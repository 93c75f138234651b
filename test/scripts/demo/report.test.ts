/** What the demo tells at its end. */
import { describe, expect, test } from 'vitest';
import { type DemoResult, resultTable, resultWords } from '../../../scripts/demo/report.js';
import type { Measured, Scores } from '../../../scripts/demo/training.js';

const scores = (accuracy: number, f1Within1: number, f1Within2 = f1Within1): Scores => ({
  ...{ accuracy, f1Within1, f1Within2 },
});
const hold = scores(0.8, 0);
const stateOnly = scores(0.85, 0.4, 0.6);
const measured = (step: number, positionError: number, gripper?: Scores): Measured => ({
  ...{ step, seconds: step / 10, positionError, gripper, hold: gripper && hold },
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
