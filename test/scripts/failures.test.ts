/** What failed and what was skipped, at the end of a log. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const { printFailures, printSkips } = (await import(
  join(fileURLToPath(new URL('../../scripts', import.meta.url)), 'failures.mjs')
)) as {
  printFailures(failures: readonly string[]): void;
  printSkips(skips: readonly { name: string; why: string }[]): void;
};

let printed: string;
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

test('nothing where nothing failed', () => {
  printFailures([]);
  printSkips([]);
  expect(printed).toBe('');
});

test('the first three lines of each failure, and no more than fits', () => {
  printFailures(['a: broke\nhere\nand here\nstack', 'x'.repeat(2000)]);
  expect(printed.split('\n')).toEqual([
    '── failures',
    '✗ a: broke',
    '  here',
    '  and here',
    `✗ ${'x'.repeat(500)}`,
    '',
  ]);
});

test('each suite that was skipped, and for want of what', () => {
  printSkips([{ name: 'pages', why: 'lacks Chromium' }]);
  expect(printed).toBe('── skipped\n○ pages: lacks Chromium\n');
});
