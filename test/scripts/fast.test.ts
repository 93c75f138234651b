/** A fast run leaves out what is tagged, and refuses tensors to everything else. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const script = (name: string) => pathToFileURL(join(ROOT, 'scripts/fast', name)).href;
const { TAGS, FILTER, filesLeftOut } = (await import(script('leftOut.mjs'))) as {
  readonly TAGS: readonly { readonly name: string }[];
  readonly FILTER: string;
  filesLeftOut(root?: string): string[];
};

test.each(['../../engine/tensors/backend/open.js', '@tensorflow/tfjs'])(
  'a process of a fast run that loads %s says which tag its test lacks',
  async (module) => {
    const what = module.startsWith('.') ? pathToFileURL(join(ROOT, 'out', module.slice(6))).href : module;
    const words = [
      '--import',
      script('noEngine.mjs'),
      '--input-type=module',
      '--eval',
      `await import('${what}')`,
    ];
    const ended = promisify(execFile)(process.execPath, words, { cwd: ROOT });
    await expect(ended).rejects.toThrow(/A fast run has no engine.*\n?.*@module-tag engine/);
  },
);

test('the command line itself loads no tensors', async () => {
  const words = ['--import', script('noEngine.mjs'), join(ROOT, 'out/engine/cli.js'), '--version'];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  expect(stdout).toMatch(/^regrip \d/);
});

test('a file that is tagged whole is left out; one that only speaks of a tag is not', async () => {
  const root = await mkdtemp(join(tmpdir(), 'regrip-fast-'));
  await mkdir(join(root, 'test/deep'), { recursive: true });
  await writeFile(join(root, 'test/deep/a.test.ts'), '/** A header. */\n// @module-tag engine\nimport x;\n');
  await writeFile(join(root, 'test/b.test.ts'), "test('says // @module-tag engine', { tags: 'long' });\n");
  await writeFile(join(root, 'test/deep/c.ts'), '// @module-tag engine\n');
  expect(filesLeftOut(root)).toEqual([join('test', 'deep', 'a.test.ts')]);
  await rm(root, { recursive: true });
  expect(filesLeftOut().length).toBeGreaterThan(20);
});

/** Whether `path` loads tfjs by static imports, types not counted. */
function loadsTensors(path: string, known: Map<string, boolean>): boolean {
  const before = known.get(path);
  if (before !== undefined) return before;
  known.set(path, false); // of a cycle
  const text = readFileSync(path, 'utf8');
  const imports = [...text.matchAll(/^(?:import|export)\s(?!type\b)(?:[^;'"]*?\sfrom\s)?'([^']+)';/gm)].map(
    ([, to]) => to!,
  );
  const found = imports.some((to) => {
    if (!to.startsWith('.')) return to.startsWith('@tensorflow/');
    const source = join(dirname(path), to.replace(/\.js$/, '.ts'));
    return source.endsWith('.ts') && existsSync(source) && loadsTensors(source, known);
  });
  known.set(path, found);
  return found;
}

test('each test file that imports tensors says so: // @module-tag engine', () => {
  const known = new Map<string, boolean>();
  const left = new Set(filesLeftOut());
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test', name));
  expect(files.filter((path) => !left.has(path) && loadsTensors(join(ROOT, path), known))).toEqual([]);
  expect([...left].filter((path) => loadsTensors(join(ROOT, path), known)).length).toBeGreaterThan(20);
});

test('the filter leaves out each tag that Vitest knows', () => {
  expect(FILTER).toBe(TAGS.map(({ name }) => `!${name}`).join(' && '));
  expect(TAGS.map(({ name }) => name)).toEqual(['engine', 'long']);
});
