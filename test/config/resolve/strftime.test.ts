import { expect, test } from 'vitest';
import { strftime } from '../../../engine/config/resolve/strftime.js';

const NOW = new Date(2024, 1, 3, 4, 5, 6, 7); // local time, as Python's now() is
const filled = (format: string, now = NOW) => strftime(format, now, (what) => new Error(what));

test.each([
  ['%Y-%m-%d', '2024-02-03'],
  ['%H-%M-%S', '04-05-06'],
  ['%y', '24'],
  ['%f', '007000'],
  ['100%%', '100%'],
  ['', ''],
  ['data/%Y.%m.%d/%H.%M.%S_run', 'data/2024.02.03/04.05.06_run'],
])('%s', (format, text) => expect(filled(format)).toBe(text));

test('years of one digit and the turn of a century', () => {
  expect(filled('%y %Y', new Date(2003, 0, 1))).toBe('03 2003');
  expect(filled('%y', new Date(2000, 0, 1))).toBe('00');
});

test.each(['%j', '%', '%-d', '%toString', '%\n'])('%j is refused, with those that are known', (format) => {
  expect(() => filled(format)).toThrow(/%Y %y %m %d %H %M %S/);
});
