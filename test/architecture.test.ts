/** The layers: the map of `ARCHITECTURE.md` is the folders that exist, and no import runs upward. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8');
/** Folders that the map must name, and all of whose folders it must name. */
const MAPPED = ['engine', 'server', 'client', 'scripts'] as const;
/** What no other folder's structure depends on. */
const LEAVES = /^scripts\/demo\/config(\/|$)/;

/** The folders of the map: a line is a name that ends with a slash, below the name that is indented less. */
function mappedFolders(): string[] {
  const map = /^## The map\n+[\s\S]*?```text\n([\s\S]*?)```/m.exec(PAGE)?.[1] ?? '';
  const above: { indent: number; path: string }[] = [];
  const found: string[] = [];
  for (const line of map.split('\n')) {
    const [, blanks, name] = /^( *)([\w/{},.-]+\/)(?: |$)/.exec(line) ?? [];
    if (name === undefined) continue;
    while (above.length > 0 && above.at(-1)!.indent >= blanks!.length) above.pop();
    const path = join(above.at(-1)?.path ?? '', name).replace(/\/$/, '');
    above.push({ indent: blanks!.length, path });
    found.push(path);
  }
  return found;
}

function foldersBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${folder}/${entry.name}`)
    .flatMap((path) => [path, ...foldersBelow(path)]);
}

describe('the map of ARCHITECTURE.md', () => {
  const existing = MAPPED.flatMap((top) => [top, ...foldersBelow(top)]).filter((path) => !LEAVES.test(path));
  const mapped = mappedFolders().filter((path) => !path.startsWith('test'));

  it('names each folder once', () => {
    expect(mapped.filter((path, at) => mapped.indexOf(path) !== at)).toEqual([]);
  });

  it('names the folders that exist, and no others', () => {
    expect(mapped.toSorted()).toEqual(existing.toSorted());
  });
});

interface Project {
  readonly references?: readonly { readonly path: string }[];
}

/** A Python package, which nothing imports. */
const PYTHON = 'torch';
const layers = readdirSync(join(ROOT, 'engine'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== PYTHON)
  .map((entry) => entry.name);
/** Wired by the process's entry files: one project together. */
const TOP = ['commands', 'supervisor'];

function referencesOf(layer: string): string[] {
  const text = readFileSync(join(ROOT, 'engine', layer, 'tsconfig.json'), 'utf8');
  return ((JSON.parse(text) as Project).references ?? []).map(({ path }) =>
    normalize(path).replace('../', ''),
  );
}

/** From the lowest to the highest, as "Who imports whom" writes them. */
function order(): string[] {
  const line = /^`base` ← .*$/m.exec(PAGE)?.[0] ?? '';
  return [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

/** Layers of the engine that a file imports, of types too. */
function importedLayers(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
    .map(([, specifier]) => normalize(join(dirname(file), specifier!)).split('/'))
    .filter(([top, layer]) => top === 'engine' && layers.includes(layer!))
    .map(([, layer]) => layer!);
}

describe('the layers of the engine', () => {
  it('are all in the order that ARCHITECTURE.md gives', () => {
    expect(order().toSorted()).toEqual(layers.toSorted());
  });

  test.each(layers.filter((layer) => !TOP.includes(layer)))(
    '%s has a project that refers to lower ones only',
    (layer) => {
      const at = order().indexOf(layer);
      expect(referencesOf(layer).filter((other) => order().indexOf(other) >= at)).toEqual([]);
    },
  );

  test.each(layers)('%s imports lower ones only, and all that its project refers to', (layer) => {
    const at = order().indexOf(layer);
    const imported = new Set(sources(`engine/${layer}`).flatMap(importedLayers));
    imported.delete(layer);
    expect([...imported].filter((other) => order().indexOf(other) > at)).toEqual([]);
    if (!TOP.includes(layer)) expect(referencesOf(layer).toSorted()).toEqual([...imported].toSorted());
  });

  test.each([
    ['server', ['base', 'formats', 'config', 'project', 'judge']],
    ['client', ['base', 'formats', 'wire']],
  ])('%s imports %j', (folder, may) => {
    const imported = new Set(sources(folder).flatMap(importedLayers));
    expect([...imported].toSorted()).toEqual(may.toSorted());
  });
});
