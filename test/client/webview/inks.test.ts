/** How runs are told apart. */

import { expect, test } from 'vitest';
import { MAX_RUNS } from '../../../client/panels/runModel.js';
import { BASELINE_DASH, inkColour, inkDash, isTold, sample } from '../../../client/webview/inks.js';
import { standIn } from '../harness/standIn.js';

test('as many runs as are drawn have a colour and a dash of their own', () => {
  const all = Array.from({ length: MAX_RUNS }, (_, ink) => ink);
  expect(new Set(all.map((ink) => inkDash(ink).join())).size).toBe(MAX_RUNS);
  expect(new Set(all.map(inkColour)).size).toBe(MAX_RUNS);
  expect(inkDash(MAX_RUNS)).toEqual(inkDash(MAX_RUNS % 8));
});

test('no run’s dash is the one of doing nothing', () => {
  for (let ink = 0; ink < MAX_RUNS; ink++) expect(inkDash(ink)).not.toEqual(BASELINE_DASH);
});

test('what lies behind another line is not told', () => {
  expect((['main', 'faint', 'marked', 'baseline', 'edge'] as const).filter(isTold)).toEqual([
    'main',
    'marked',
    'baseline',
  ]);
});

test('a sample looks as its line does', () => {
  const line = (ink: number, style: 'main' | 'baseline' | 'marked') => standIn(sample(ink, style));
  expect(line(0, 'main').querySelector('line')!.hasAttribute('stroke-dasharray')).toBe(false);
  expect(line(1, 'main').querySelector('line')!.getAttribute('stroke-dasharray')).toBe('7 4');
  expect(line(1, 'baseline').querySelector('line')!.getAttribute('stroke-dasharray')).toBe('1 3');
  expect([line(0, 'marked'), line(0, 'main')].map((each) => each.querySelectorAll('circle').length)).toEqual([
    1, 0,
  ]);
});
