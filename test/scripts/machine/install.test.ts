/** How what is missing on a machine comes there. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

interface Part {
  readonly name: string;
  readonly packages: readonly string[];
  readonly skips: readonly string[];
}
interface Machine {
  readonly hasApt: boolean;
  readonly isRoot: boolean;
  readonly hasSudo: boolean;
}
interface Remedy {
  readonly advice?: string;
  readonly before?: readonly string[];
  readonly install?: readonly string[];
}

const script = (name: string) =>
  pathToFileURL(fileURLToPath(new URL(`../../../scripts/machine/${name}`, import.meta.url))).href;
const { remedy } = (await import(script('install.mjs'))) as {
  remedy(missing: readonly Part[], machine: Machine): Remedy;
};

const BROWSER: Part = { name: 'Chromium', packages: ['chromium'], skips: ['pages', 'editor'] };
const LIBRARIES: Part = { name: 'libraries', packages: ['g++', 'libkrb5-dev'], skips: ['editor'] };
const COMPILER: Part = { name: 'a compiler', packages: ['g++'], skips: [] };

test('root installs each package once', () => {
  const plan = remedy([LIBRARIES, COMPILER, BROWSER], { hasApt: true, isRoot: true, hasSudo: false });
  expect(plan.before).toEqual([]);
  expect(plan.install).toEqual([
    'install',
    '-y',
    '--no-install-recommends',
    'chromium',
    'g++',
    'libkrb5-dev',
  ]);
});

test('a sudo that asks nothing is used, and never one that asks', () => {
  expect(remedy([BROWSER], { hasApt: true, isRoot: false, hasSudo: true }).before?.slice(0, 2)).toEqual([
    'sudo',
    '-n',
  ]);
});

test('without either the one command is told', () => {
  expect(remedy([BROWSER, LIBRARIES], { hasApt: true, isRoot: false, hasSudo: false })).toEqual({
    advice: 'sudo apt-get install --no-install-recommends chromium g++ libkrb5-dev',
  });
});

test('without apt-get the names of the packages are told', () => {
  expect(remedy([BROWSER], { hasApt: false, isRoot: true, hasSudo: false }).advice).toMatch(
    /no apt-get.* chromium/,
  );
});
