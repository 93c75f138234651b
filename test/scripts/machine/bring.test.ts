/** What is skipped on a machine that lacks parts. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

interface Part {
  readonly name: string;
  readonly packages: readonly string[];
  readonly skips: readonly string[];
}

const script = (name: string) =>
  pathToFileURL(fileURLToPath(new URL(`../../../scripts/machine/${name}`, import.meta.url))).href;
const { skipsOf } = (await import(script('bring.mjs'))) as {
  skipsOf(lacking: readonly Part[]): { name: string; why: string }[];
};

const BROWSER: Part = { name: 'Chromium', packages: ['chromium'], skips: ['pages', 'editor'] };
const LIBRARIES: Part = { name: 'libraries', packages: ['g++', 'libkrb5-dev'], skips: ['editor'] };
const COMPILER: Part = { name: 'a compiler', packages: ['g++'], skips: [] };

test('a suite is skipped once, and says all that it lacks', () => {
  expect(skipsOf([BROWSER, LIBRARIES, COMPILER])).toEqual([
    { name: 'pages', why: 'lacks Chromium' },
    { name: 'editor', why: 'lacks Chromium, libraries' },
  ]);
});
