/** What is bundled is there, and paths between processes hold. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const { ENTRIES, EXTERNALS, NATIVE, WASM_FILES } = (await import(
  join(ROOT, 'scripts/package/entries.mjs')
)) as {
  ENTRIES: { source: string; bundle: string }[];
  EXTERNALS: string[];
  NATIVE: string[];
  WASM_FILES: string[];
};
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as { main: string; dependencies: Record<string, string> };

test.each(ENTRIES)('$source is there, and its bundle lies beside its place', ({ source, bundle }) => {
  expect(existsSync(join(ROOT, source))).toBe(true);
  expect(bundle.replace(/\.c?js$/, '.ts').replace(/^dist\//, '')).toBe(source);
});

test('no two bundles are one file', () => {
  expect(new Set(ENTRIES.map(({ bundle }) => bundle)).size).toBe(ENTRIES.length);
});

test('the editor starts one of them', () => {
  expect(ENTRIES.map(({ bundle }) => bundle)).toContain(manifest.main.replace(/^\.\//, ''));
});

describe('each process and thread that a source starts by its path has a bundle', () => {
  const sources = ['client', 'engine', 'server'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const started = sources.flatMap((source) =>
    [...read(source).matchAll(/new URL\('(\.{1,2}\/[\w/.]+\.js)', import\.meta\.url\)/g)].map(([, path]) => [
      source,
      join(dirname(source), path!).replace(/\.js$/, '.ts'),
    ]),
  ) as [string, string][];

  test.each(started)('%s: %s', (_, path) => {
    expect(ENTRIES.map(({ source }) => source)).toContain(path);
  });

  test('there are some', () => {
    expect(started.length).toBeGreaterThan(2);
  });
});

test('what is not bundled is the editor’s, or is shipped beside', () => {
  expect(EXTERNALS.filter((name) => name !== 'vscode' && !NATIVE.includes(name))).toEqual([]);
  expect(EXTERNALS.filter((name) => name !== 'vscode' && manifest.dependencies[name] === undefined)).toEqual(
    [],
  );
});

test.each(NATIVE)('%s is installed, and all that it needs is shipped too', (name) => {
  const { dependencies = {} } = JSON.parse(read(`node_modules/${name}/package.json`)) as {
    dependencies?: Record<string, string>;
  };
  expect(Object.keys(dependencies).filter((each) => !NATIVE.includes(each))).toEqual([]);
});

test.each(WASM_FILES)('%s is there', (file) => {
  expect(existsSync(join(ROOT, 'node_modules', file))).toBe(true);
});
