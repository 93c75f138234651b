/** A config as far as it can be composed and resolved, with every problem at its place: what an editor shows while one is written. */
import { resolve as absolute } from 'node:path';
import { isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import { type Assembly, assemble } from './compose.js';
import type { ConfigFile } from './configFile.js';
import type { ConfigTree } from './configTree.js';
import { type ConfigProblem, configProblem, placeFromText } from './errorPlace.js';
import { BUILT_IN } from './hydraDefaults.js';
import { type MapNode, mapNode, provenanceOf, toPlain } from './node.js';
import { type Path, Resolver } from './resolve.js';
import { UNKNOWN_CODE } from './resolvers.js';
import { attempt, Collected } from './tolerance.js';
import type { ComposeOptions, Provenance } from './types.js';

/** One file's part in the config, in the order of composition. */
export interface SurveyPart {
  readonly file: string;
  /** Dotted, '' for the root. */
  readonly package: string;
  /** Where the defaults list names it; undefined for the primary config. */
  readonly listedAt: Provenance | undefined;
}

export interface Survey {
  readonly primary: string;
  readonly overrides: readonly string[];
  /** The composed tree, without Hydra's own section. */
  readonly tree: MapNode;
  /** Interpolations are still text. */
  readonly unresolved: PlainMap;
  /** Values that cannot be resolved are left out. */
  readonly resolved: PlainMap;
  /** By dotted path: the winner first, then the places it beat. */
  readonly provenance: ReadonlyMap<string, readonly Provenance[]>;
  readonly parts: readonly SurveyPart[];
  /** The user's files that took part, by absolute path. */
  readonly files: ReadonlyMap<string, ConfigFile>;
  readonly problems: readonly ConfigProblem[];
  readonly runDir: string | undefined;
}

/** As `compose`, but a problem costs only what depends on it. Throws where the primary config cannot be read at all. */
export async function surveyConfig(
  primary: string,
  overrides: readonly string[],
  options: ComposeOptions = {},
): Promise<Survey> {
  const collected = new Collected();
  const file = absolute(primary);
  const assembly = await assembled(file, overrides, options, collected);
  if (assembly === undefined) return nothing(file, overrides, collected);
  const { tree, facts, parts } = assembly;
  const shown = tree.shown();
  const unresolved = toPlain(shown) as PlainMap;
  const { hydra, runDir } = attempt(
    collected,
    () => tree.section(unresolved, facts),
    {} as Partial<ReturnType<ConfigTree['section']>>,
  );
  const own = parts.filter((part) => !part.file.file.startsWith(BUILT_IN));
  const files = new Map(own.map((part) => [part.file.file, part.file]));
  const resolved = new Lenient(unresolved, tree, { ...options, ...(hydra && { hydra }) }, collected).whole();
  return {
    primary: file,
    overrides,
    tree: shown,
    unresolved,
    resolved,
    provenance: provenanceOf(shown),
    parts: own.map((part) => ({
      file: part.file.file,
      package: part.package,
      listedAt: part.file.file === file ? undefined : placeFromText(part.where, files),
    })),
    files,
    problems: problemsOf(collected, files, overrides),
    runDir,
  };
}

async function assembled(
  file: string,
  overrides: readonly string[],
  options: ComposeOptions,
  collected: Collected,
): Promise<Assembly | undefined> {
  try {
    return await assemble(file, overrides, options, collected);
  } catch (problem) {
    collected.report(problem);
    return undefined;
  }
}

function nothing(primary: string, overrides: readonly string[], collected: Collected): Survey {
  const place: Provenance = { kind: 'file', file: primary, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return {
    primary,
    overrides,
    tree: mapNode(place),
    unresolved: {},
    resolved: {},
    provenance: new Map(),
    parts: [],
    files: new Map(),
    problems: problemsOf(collected, new Map(), overrides),
    runDir: undefined,
  };
}

function problemsOf(
  { problems }: Collected,
  files: ReadonlyMap<string, ConfigFile>,
  overrides: readonly string[],
): ConfigProblem[] {
  const known = problems.filter(({ code }) => code !== UNKNOWN_CODE);
  const first = new Map(known.map((problem) => [problem.message, problem] as const).reverse());
  return [...first.values()].reverse().map((problem) => configProblem(problem, files, overrides));
}

/** Containers that interpolations put into each other: a config that holds itself by way of them ends here. */
const MAX_DEPTH = 100;

/** Resolves value by value, so that one that cannot be resolved leaves the others. */
class Lenient {
  private readonly resolver: Resolver;
  constructor(
    private readonly config: PlainMap,
    tree: ConfigTree,
    options: ConstructorParameters<typeof Resolver>[1],
    private readonly collected: Collected,
  ) {
    this.resolver = new Resolver(config, options, tree.placeOf);
  }

  whole(): PlainMap {
    const entries = Object.keys(this.config).map((key) => [key, this.at([key])] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as PlainMap;
  }

  /** Undefined where the value, or what it leads to, cannot be resolved. */
  private at(path: Path, depth = 0): Plain | undefined {
    if (depth > MAX_DEPTH) this.collected.report(this.resolver.error(path, 'interpolates too deeply'));
    if (depth > MAX_DEPTH) return undefined;
    const found = attempt(this.collected, () => this.resolver.dereference(path), undefined);
    if (found === undefined) return undefined;
    const { value, path: target } = found;
    if (target === undefined || typeof value !== 'object' || value === null)
      return attempt(this.collected, () => this.resolver.whole(found), undefined);
    if (Array.isArray(value)) {
      const items = value.map((_, index) => this.at([...target, index], depth + 1));
      return items.includes(undefined) ? undefined : (items as Plain[]);
    }
    if (!isPlainMap(value)) return value;
    const entries = Object.keys(value).map((key) => [key, this.at([...target, key], depth + 1)] as const);
    return Object.fromEntries(entries.filter(([, child]) => child !== undefined)) as PlainMap;
  }
}
