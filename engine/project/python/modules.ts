/** Finds Python modules and what they define in a project, along imports. */
import { dirname, join } from 'node:path';
import type { ProjectReader } from '../reader.js';
import { type PythonClass, type PythonFunction, type PythonModule, pythonOutline } from './outline.js';

export interface FoundModule extends PythonModule {
  readonly file: string;
}

export interface FoundDefinition {
  readonly definition: PythonClass | PythonFunction;
  readonly module: FoundModule;
}

/** How many modules one name is searched in: few re-export it. */
const MAX_LOOKS = 50;
/** Parts of a dotted name; far above real ones. */
const MAX_PARTS = 32;

/** What can give a module names that its text does not show. */
const MAKERS: ReadonlySet<string> = new Set([
  '__getattr__',
  'globals',
  'exec',
  'setattr',
  'vars',
  '__dict__',
  'modules',
]);

/** Reads each file once: create one per question, or for as long as no file changes. */
export class PythonModules {
  private readonly modules = new Map<string, Promise<FoundModule | undefined>>();

  /** `roots`: the folders that Python imports from. */
  constructor(
    private readonly roots: readonly string[],
    private readonly reader: ProjectReader,
  ) {}

  /** The module `a.b`, or a relative one as the file `from` imports it. */
  async module(dotted: string, from?: string): Promise<FoundModule | undefined> {
    const [, dots, path] = /^(\.*)(.*)$/s.exec(dotted)!;
    const steps = path === '' ? [] : path!.split('.');
    if (steps.length > MAX_PARTS || dots!.length > MAX_PARTS || steps.some((step) => !isName(step)))
      return undefined;
    if (dots === '') return this.firstBelow(this.roots, steps);
    if (from === undefined) return undefined;
    let folder = dirname(from);
    for (let up = 1; up < dots!.length; up += 1) folder = dirname(folder);
    return this.firstBelow([folder], steps);
  }

  /** The class or function `a.b.Name`. */
  async find(dotted: string): Promise<FoundDefinition | undefined> {
    const steps = dotted.split('.');
    if (steps.length > MAX_PARTS) return undefined;
    // Of a.b.C.make the class is found in a.b.
    for (let length = steps.length - 1; length > 0; length -= 1) {
      const module = await this.module(steps.slice(0, length).join('.'));
      if (module !== undefined) return this.named(module, steps[length]!);
    }
    return undefined;
  }

  /** The module `a.b` of `a.b.Name` where its text does not contain that name at all, so that importing it fails. */
  async lacking(dotted: string): Promise<FoundModule | undefined> {
    const [, parent, name] = /^(.*)\.([^.]+)$/s.exec(dotted) ?? [];
    if (parent === undefined || !isName(name!) || (await this.module(dotted)) !== undefined) return undefined;
    const module = await this.module(parent);
    const mayMake = (word: string) => word === name || MAKERS.has(word);
    if (module === undefined || module.imports.some((each) => each.name === '*')) return undefined;
    return module.tokens.some(({ text }) => mayMake(text)) ? undefined : module;
  }

  /** What a dotted name refers to inside a module: defined there or imported. */
  async resolve(module: FoundModule, dotted: string): Promise<FoundDefinition | undefined> {
    const [first, ...rest] = dotted.split('.');
    if (rest.length === 0) return this.named(module, first!);
    const found = module.imports.find(({ alias }) => alias === first);
    if (found === undefined || found.name === '*') return undefined;
    const base = found.name === undefined ? found.module : below(found.module, found.name);
    const owner = await this.module([base, ...rest.slice(0, -1)].join('.'), module.file);
    return owner && this.named(owner, rest.at(-1)!);
  }

  /** The project's modules that a module imports from. */
  async importedBy(module: FoundModule): Promise<readonly FoundModule[]> {
    const found = new Map<string, FoundModule>();
    for (const { module: path, name } of module.imports) {
      // `from package import module` names a file of the package.
      const inside =
        name === undefined || name === '*' ? undefined : await this.module(below(path, name), module.file);
      const imported = inside ?? (await this.module(path, module.file));
      if (imported !== undefined) found.set(imported.file, imported);
    }
    return [...found.values()];
  }

  async read(file: string): Promise<FoundModule | undefined> {
    const known = this.modules.get(file);
    if (known !== undefined) return known;
    const read = this.reader
      .readText(file)
      .then((text) => (text === undefined ? undefined : { ...pythonOutline(text), file }));
    this.modules.set(file, read);
    return read;
  }

  private async firstBelow(
    folders: readonly string[],
    steps: readonly string[],
  ): Promise<FoundModule | undefined> {
    for (const folder of folders) {
      const path = join(folder, ...steps);
      const found =
        (steps.length === 0 ? undefined : await this.read(`${path}.py`)) ??
        (await this.read(join(path, '__init__.py')));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** `seen`: where the name was already looked for, so that circular imports end. */
  private async named(
    module: FoundModule,
    name: string,
    seen = new Set<string>(),
  ): Promise<FoundDefinition | undefined> {
    const definition = module.definitions.get(name);
    if (definition !== undefined) return { definition, module };
    const place = `${name} ${module.file}`;
    if (seen.has(place) || seen.size >= MAX_LOOKS) return undefined;
    seen.add(place);
    for (const { module: path, name: imported, alias } of module.imports) {
      if (imported === undefined || (alias !== name && imported !== '*')) continue;
      const owner = await this.module(path, module.file);
      const found = owner && (await this.named(owner, imported === '*' ? name : imported, seen));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** What `from module import name` refers to, if that is a module. */
function below(module: string, name: string): string {
  return module.endsWith('.') ? module + name : `${module}.${name}`;
}

function isName(step: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(step);
}
