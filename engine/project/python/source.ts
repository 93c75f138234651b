/** Where the class or function that a config names with `_target_` is defined, and what it accepts. */
import { join } from 'node:path';
import type { ProjectReader } from '../reader.js';
import { lineAndColumn } from '../textRange.js';
import { type FoundDefinition, PythonModules } from './modules.js';
import type { PythonParameters } from './outline.js';

export interface LocatedDefinition {
  readonly kind: 'class' | 'function';
  readonly name: string;
  readonly file: string;
  /** Position of its name, both from 1. */
  readonly line: number;
  readonly column: number;
  /** Bases as written. */
  readonly bases: readonly string[];
  /** Its parameters; undefined where a class and its bases in the project do not define any. */
  readonly parameters: PythonParameters | undefined;
}

/** Maximum depth of bases; far above real hierarchies, and ends circular ones. */
const MAX_BASES = 30;

/** The modules visible to a training that starts in `startFolder`. */
export function modulesFrom(startFolder: string, reader: ProjectReader): PythonModules {
  return new PythonModules([startFolder, join(startFolder, 'src')], reader);
}

/** Undefined where the project does not contain it, as with an installed package. */
export async function locateClass(
  dottedTarget: string,
  startFolder: string,
  reader: ProjectReader,
): Promise<LocatedDefinition | undefined> {
  const modules = modulesFrom(startFolder, reader);
  const found = await modules.find(dottedTarget);
  if (found === undefined) return undefined;
  const { definition, module } = found;
  return {
    kind: definition.kind,
    name: definition.name,
    file: module.file,
    ...lineAndColumn(module.text, definition.offset),
    bases: definition.kind === 'class' ? definition.bases : [],
    parameters: await parametersOf(found, modules),
  };
}

/** The class and its bases, nearest first, as far as the project contains them. */
export async function withBases(
  found: FoundDefinition,
  modules: PythonModules,
): Promise<{ readonly classes: readonly FoundDefinition[]; readonly missing: readonly string[] }> {
  const classes = new Map([[found.definition, found]]);
  const missing: string[] = [];
  for (const { definition, module } of classes.values()) {
    if (definition.kind !== 'class') continue;
    for (const base of definition.bases) {
      const owner = await modules.resolve(module, base);
      if (owner === undefined) missing.push(base);
      else if (classes.size < MAX_BASES) classes.set(owner.definition, owner);
    }
  }
  return { classes: [...classes.values()], missing };
}

async function parametersOf(
  found: FoundDefinition,
  modules: PythonModules,
): Promise<PythonParameters | undefined> {
  if (found.definition.kind === 'function') return found.definition.parameters;
  const { classes } = await withBases(found, modules);
  for (const { definition } of classes) {
    const init = definition.kind === 'class' ? definition.methods.get('__init__') : undefined;
    if (init !== undefined) return init.parameters;
  }
  return undefined;
}
