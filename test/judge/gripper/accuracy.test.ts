import { expect, test } from 'vitest';
import { scoreGripper } from '../../../engine/judge/gripper/accuracy.js';
import { switchesOf, thresholdsFor } from '../../../engine/judge/gripper/switches.js';

/** `'0011'` as commands; `5` stands for 0.5. */
const commands = (text: string): number[] => [...text].map((c) => (c === '5' ? 0.5 : Number(c)));

test('a switch crosses both thresholds thresholds; values in between keep the state', () => {
  expect(switchesOf(commands('0005551150'))).toEqual([
    { step: 6, direction: 'up' },
    { step: 9, direction: 'down' },
  ]);
});

test('the first value outside starts the state and is not a switch', () => {
  expect(switchesOf(commands('5511'))).toEqual([]);
  expect(switchesOf(commands('5511'), undefined, 'lower')).toEqual([{ step: 2, direction: 'up' }]);
});

test('a gripper that drifts between 0.95 and 1.0 never switches', () => {
  expect(switchesOf([0.95, 1, 0.97, 0.99])).toEqual([]);
  expect(switchesOf([0.03, 0.08, 0.03], thresholdsFor(0.03, 0.08))).toHaveLength(2);
});

test('perfect, late by two, and a gripper that never moves', () => {
  const demonstrated = commands('0001111000');
  const score = (text: string) => scoreGripper([{ predicted: commands(text), demonstrated }]);
  expect(score('0001111000')).toMatchObject({ accuracy: 1, within1: { f1: 1 }, latencySteps: 0 });
  expect(score('0000011110')).toMatchObject({
    accuracy: 0.6,
    within1: { f1: 0, hits: 0 },
    within2: { f1: 1, hits: 2 },
    latencySteps: 2,
  });
  expect(score('0000000000')).toMatchObject({ accuracy: 0.6, within2: { f1: 0, predicted: 0 } });
  expect(score('0000000000').latencySteps).toBeUndefined();
});

test('chatter counts against the score: each switch is matched once and in its own direction', () => {
  const score = scoreGripper([{ predicted: commands('0001010111'), demonstrated: commands('0000111111') }]);
  expect(score.within2).toEqual({ hits: 1, predicted: 5, demonstrated: 1, f1: 2 / 6 });
});

test('a switch in the wrong direction at the right time is not a hit', () => {
  const score = scoreGripper([{ predicted: commands('1110000'), demonstrated: commands('0001111') }]);
  expect(score.within2.hits).toBe(0);
});

test('stretches are scored together, and nothing at all has no F1', () => {
  const both = scoreGripper([
    { predicted: commands('0011'), demonstrated: commands('0011') },
    { predicted: commands('0000'), demonstrated: commands('0011') },
  ]);
  expect(both.within1.f1).toBeCloseTo(2 / 3, 12);
  expect(scoreGripper([]).accuracy).toBeUndefined();
  expect(
    scoreGripper([{ predicted: commands('00'), demonstrated: commands('00') }]).within1.f1,
  ).toBeUndefined();
});
