/** What .vscode names is there: the tasks, the npm scripts, the files that are built, the ports. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { INSPECTED, inspectorArguments } from '../../engine/base/inspector.js';

interface Launch {
  readonly configurations: readonly Configuration[];
  readonly compounds: readonly { readonly name: string; readonly configurations: readonly string[] }[];
  readonly inputs: readonly { readonly id: string }[];
}
interface Configuration {
  readonly name: string;
  readonly port?: number;
  readonly preLaunchTask?: string;
  readonly env?: Record<string, string>;
}
interface Task {
  readonly label: string;
  readonly script?: string;
  readonly command?: string;
  readonly dependsOn?: readonly string[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const text = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const launch = JSON.parse(text('.vscode/launch.json')) as Launch;
const { tasks } = JSON.parse(text('.vscode/tasks.json')) as { readonly tasks: readonly Task[] };
const { scripts } = JSON.parse(text('package.json')) as { readonly scripts: Record<string, string> };
const { ENTRIES } = (await import(join(ROOT, 'scripts/package/entries.mjs'))) as {
  readonly ENTRIES: readonly { readonly bundle: string }[];
};

const labels = tasks.map(({ label }) => label);
const names = launch.configurations.map(({ name }) => name);

test('a task runs an npm script that exists, or tasks that do', () => {
  for (const { label, script, command, dependsOn } of tasks) {
    const run = script ?? /^npm run ([\w:]+)/.exec(command ?? '')?.[1];
    if (dependsOn === undefined) expect(Object.keys(scripts), label).toContain(run);
    else expect(labels, label).toEqual(expect.arrayContaining([...dependsOn]));
  }
});

test('what a configuration starts first, and what a compound starts together, exists', () => {
  for (const { name, preLaunchTask } of launch.configurations)
    if (preLaunchTask !== undefined) expect(labels, name).toContain(preLaunchTask);
  for (const { name, configurations } of launch.compounds)
    expect(names, name).toEqual(expect.arrayContaining([...configurations]));
  const asked = [...text('.vscode/launch.json').matchAll(/\$\{input:(\w+)\}/g)].map(([, id]) => id);
  expect(asked).toEqual(launch.inputs.map(({ id }) => id));
});

/** In `out` a module's source says whether it will be there, in `dist` the table of bundles. */
function isMade(path: string): boolean {
  if (path.startsWith('out/workspace') || path.startsWith('out/debug-state')) return true; // made by a task, and at run time
  const [folder = ''] = path.split('*');
  if (path.startsWith('dist/')) return ENTRIES.some(({ bundle }) => bundle.startsWith(folder));
  return existsSync(join(ROOT, folder.replace(/^out\//, '').replace(/^(?!node_modules)(.*)\.js$/, '$1.ts')));
}

test('each path is of the checkout or of its build', () => {
  const paths = [...text('.vscode/launch.json').matchAll(/\$\{workspaceFolder\}\/([^"\s]+)/g)].map(
    ([, path]) => path!,
  );
  expect(paths.length).toBeGreaterThan(6);
  expect(paths.filter((path) => !isMade(path))).toEqual([]);
  expect(isMade('out/engine/nothing.js')).toBe(false);
  const made = tasks.find(({ label }) => label === 'fixture workspace')!.command;
  expect(paths).toContain(made!.split(' ').at(-1));
});

test('whoever attaches does so where the part listens that the extension starts', () => {
  const { env } = launch.configurations.find(({ name }) => name === 'Extension')!;
  const ports = launch.configurations.flatMap(({ port }) => port ?? []);
  const listens = INSPECTED.map((part) => Number(inspectorArguments(part, env).at(-1)!.split(':')[1]));
  expect(ports).toEqual(listens);
});
