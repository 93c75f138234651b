/** Curves as text. */
import { expect, test } from 'vitest';
import { plotText } from '../../../scripts/demo/plot.js';

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
