/** What the user's Python reads of a config, for the checks of unread keys. */
import { basename, join } from 'node:path';
import type { PlainMap } from '../base/plain.js';
import type { RegisteredResolvers } from '../config/resolve/registration.js';
import { type Distributed, distributedScript } from './python/distributed.js';
import { keysRead } from './python/keysRead.js';
import type { FoundModule, PythonModules } from './python/modules.js';
import { registeredResolvers } from './python/registeredResolvers.js';
import { type Signature, signatureOf } from './python/signature.js';
import { modulesFrom, withBases } from './python/source.js';
import type { SourcePlace } from './python/sourcePlace.js';
import { pythonTokens } from './python/tokens.js';
import { type WorkspaceFacts, workspaceFacts } from './python/workspaceFacts.js';
import { PLAIN_BASES, returnsNothing, workspaceMethods } from './python/workspaceMethods.js';
import type { ProjectReader } from './reader.js';
import { lineAndColumn } from './textRange.js';
import { readAhead, walkProject } from './walk.js';

export type WorkspaceReads =
  | { readonly answer: 'reads'; readonly places: readonly SourcePlace[] }
  | { readonly answer: 'does not read' }
  /** The source was not found, or only part of it. */
  | { readonly answer: 'unknown' };

const NAMES_CONFIG = /\b_?(?:cfg|config|conf|DictConfig|OmegaConf)\b/;
/** Python files of a project; far above real ones. */
const MAX_FILES = 3000;

/**
 * Whether the class that runs a training, a base class, a module that one of them imports or the scripts that start
 * trainings read `key` or a key below it.
 */
export async function workspaceReads(
  workspaceTarget: string,
  key: string,
  startFolder: string,
  reader: ProjectReader,
): Promise<WorkspaceReads> {
  const modules = modulesFrom(startFolder, reader);
  const found = await modules.find(workspaceTarget);
  if (found?.definition.kind !== 'class') return { answer: 'unknown' };
  const { classes, missing } = await withBases(found, modules);
  const own = classes.map(({ module }) => module);
  const imported = await Promise.all(own.map((module) => modules.importedBy(module)));
  const scripts = await trainScripts(startFolder, modules, reader);
  const all = new Map([...own, ...imported.flat(), ...scripts].map((module) => [module.file, module]));
  const places = [...all.values()].flatMap((module) => placesIn(module, key));
  if (places.length > 0) return { answer: 'reads', places };
  return { answer: missing.every((base) => PLAIN_BASES.test(base)) ? 'does not read' : 'unknown' };
}

export interface LackingModule {
  readonly file: string;
  /** The names of its classes and functions. */
  readonly names: readonly string[];
}

interface NamedKeys {
  /** Every dotted key that is named, read or written. */
  readonly named: ReadonlySet<string>;
  /** Those that are assigned, from the root of whatever config the code holds, which may be only a part. */
  readonly written: ReadonlySet<string>;
  /** Those that are passed to a call as a whole. */
  readonly handed: ReadonlySet<string>;
}

/** The keys that the Python sources below `startFolder` name. */
export async function keysNamedBelow(
  startFolder: string,
  reader: ProjectReader,
  signal?: AbortSignal,
): Promise<NamedKeys> {
  const files: string[] = [];
  for await (const folder of walkProject(startFolder, reader, signal)) {
    files.push(...folder.files.filter((name) => name.endsWith('.py')).map((name) => join(folder.path, name)));
    if (files.length >= MAX_FILES) break;
  }
  const named = new Set<string>();
  const written = new Set<string>();
  const handed = new Set<string>();
  for await (const { text } of readAhead(files.slice(0, MAX_FILES), reader, signal)) {
    if (!NAMES_CONFIG.test(text)) continue;
    for (const { key, isWrite, isHanded } of keysRead(pythonTokens(text))) {
      named.add(key);
      if (isHanded) handed.add(key);
      if (isWrite) written.add(key);
    }
  }
  return { named, written, handed };
}

/** The answers about one project, each looked up once; create a new one when its sources change. */
export class ProjectSource {
  private readonly reads = new Map<string, Promise<WorkspaceReads>>();
  private readonly registered = new Map<string, Promise<RegisteredResolvers>>();
  private readonly workspaces = new Map<string, Promise<WorkspaceFacts | undefined>>();
  private readonly signatures = new Map<string, Promise<Signature | undefined>>();
  private readonly modules: PythonModules;
  private keys: Promise<NamedKeys> | undefined;

  constructor(
    private readonly startFolder: string,
    private readonly reader: ProjectReader,
  ) {
    this.modules = modulesFrom(startFolder, reader);
  }

  async readsKey(workspaceTarget: string, prefix: string): Promise<WorkspaceReads['answer']> {
    return (await this.placesOf(workspaceTarget, prefix)).answer;
  }

  placesOf(workspaceTarget: string, prefix: string): Promise<WorkspaceReads> {
    const question = `${workspaceTarget} ${prefix}`;
    const known =
      this.reads.get(question) ?? workspaceReads(workspaceTarget, prefix, this.startFolder, this.reader);
    this.reads.set(question, known);
    return known;
  }

  /** The resolvers that the scripts, the workspace of `config` and their imports register with OmegaConf. */
  resolvers(config: PlainMap): Promise<RegisteredResolvers> {
    const target = String(config['_target_']);
    const known = this.registered.get(target) ?? registeredResolvers(this.startFolder, config, this.reader);
    this.registered.set(target, known);
    return known;
  }

  /** `target`: the config's `_target_`; without one the train.py itself trains. Undefined where the project does not contain the source. */
  workspace(target: string | undefined): Promise<WorkspaceFacts | undefined> {
    return remembered(this.workspaces, target ?? '', async () => {
      const scripts = await trainScripts(this.startFolder, this.modules, this.reader);
      const script = target === undefined ? onlyScript(scripts) : undefined;
      return workspaceFacts(target, script, this.modules, scripts);
    });
  }
  /** Whether a script that starts trainings is written for several processes. */
  async scriptProcesses(file: string): Promise<Distributed | undefined> {
    const module = await this.modules.read(file);
    return module && distributedScript(module);
  }

  /** The parameters of a `_target_`; undefined where the project's text does not show them. */
  signature(target: string): Promise<Signature | undefined> {
    return remembered(this.signatures, target, () => signatureOf(target, this.modules));
  }

  /** Where a `_target_` names something that the project's module does not define: the module, and what it does define. */
  async lacking(target: string): Promise<LackingModule | undefined> {
    const module = await this.modules.lacking(target);
    return module && { file: module.file, names: [...module.definitions.keys()] };
  }

  /** Whether `run` of an environment's runner always returns an empty dictionary. */
  async logsNothing(target: string): Promise<boolean> {
    const found = await workspaceMethods(target, this.modules);
    const run = found?.methods.find(({ name }) => name === 'run');
    return run !== undefined && returnsNothing(run);
  }

  async keysRead(): Promise<ReadonlySet<string>> {
    return (await this.keysNamed()).named;
  }

  /** Whether the code passes `key` to a call as a whole: `Options(**cfg.training)`. */
  async handsOver(key: string): Promise<boolean> {
    return (await this.keysNamed()).handed.has(key);
  }

  /** Whether the code itself assigns `key`, or the end of it. */
  async writesKey(key: string): Promise<boolean> {
    const { written } = await this.keysNamed();
    const steps = key.split('.');
    return steps.some((_, from) => written.has(steps.slice(from).join('.')));
  }

  private keysNamed(): Promise<NamedKeys> {
    this.keys ??= keysNamedBelow(this.startFolder, this.reader);
    return this.keys;
  }
}

function remembered<T>(known: Map<string, Promise<T>>, question: string, ask: () => Promise<T>): Promise<T> {
  const answer = known.get(question) ?? ask();
  known.set(question, answer);
  return answer;
}

function onlyScript(scripts: readonly FoundModule[]): FoundModule | undefined {
  const usual = scripts.find(({ file }) => basename(file) === 'train.py');
  return usual ?? (scripts.length === 1 ? scripts[0] : undefined);
}

async function trainScripts(
  folder: string,
  modules: PythonModules,
  reader: ProjectReader,
): Promise<readonly FoundModule[]> {
  const entries = await reader.list(folder);
  const names = entries.filter(({ name, kind }) => kind === 'file' && /^train.*\.py$/.test(name));
  const scripts = await Promise.all(names.map(({ name }) => modules.read(join(folder, name))));
  return scripts.filter((script) => script !== undefined);
}

function placesIn({ text, tokens, file }: FoundModule, key: string): SourcePlace[] {
  return keysRead(tokens)
    .filter((read) => !read.isWrite && (read.key === key || read.key.startsWith(`${key}.`)))
    .map(({ start }) => ({ file, ...lineAndColumn(text, start) }));
}
