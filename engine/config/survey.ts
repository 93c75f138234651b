/** A config as far as it can be composed and resolved, with every problem at its place: what an editor shows while a config is being written. */
import { resolve as absolute } from 'node:path';
import type { PlainMap } from '../base/plain.js';
import { type Assembly, assemble } from './compose.js';
import type { ConfigFile } from './configFile.js';
import { type ConfigTree, unresolvedAt } from './configTree.js';
import { type ConfigProblem, configProblem, placeFromText } from './errorPlace.js';
import { BUILT_IN } from './hydra/builtinDefaults.js';
import { Lenient } from './lenient.js';
import { type MapNode, mapNode, provenanceOf, toPlain } from './node.js';
import type { Provenance } from './provenance.js';
import { UNKNOWN_CODE } from './resolve/resolvers.js';
import { attempt, Collected } from './tolerance.js';
import type { ComposeOptions, NotEvaluated } from './types.js';

/** One file's part in the config, in the order of composition. */
export interface SurveyPart {
  readonly file: string;
  /** Dotted, '' for the root. */
  readonly package: string;
  /** Where the defaults list names it; undefined for the primary config. */
  readonly listedAt: Provenance | undefined;
}

export interface ConfigSurvey {
  readonly primary: string;
  readonly overrides: readonly string[];
  /** The composed tree, without Hydra's own section. */
  readonly tree: MapNode;
  /** Interpolations are still text. */
  readonly unresolved: PlainMap;
  /** Values that cannot be resolved are left out. */
  readonly resolved: PlainMap;
  /** Those left out without being a problem, because a run will know them. */
  readonly notEvaluated: readonly NotEvaluated[];
  /** By dotted path: the winner first, then the places it overrode. */
  readonly provenance: ReadonlyMap<string, readonly Provenance[]>;
  readonly parts: readonly SurveyPart[];
  /** The user's files that took part, by absolute path. */
  readonly files: ReadonlyMap<string, ConfigFile>;
  readonly problems: readonly ConfigProblem[];
  readonly runDir: string | undefined;
}

/** As `compose`, but a problem affects only what depends on it. Throws where the primary config cannot be read at all. */
export async function surveyConfig(
  primary: string,
  overrides: readonly string[],
  options: ComposeOptions = {},
): Promise<ConfigSurvey> {
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
  const notEvaluated: NotEvaluated[] = [];
  const lenient = new Lenient(
    unresolved,
    tree.resolver(unresolved, hydra),
    collected,
    (_, where, problem) => {
      notEvaluated.push(...unresolvedAt(where, problem));
      return undefined;
    },
  );
  const resolved = lenient.whole();
  return {
    primary: file,
    overrides,
    tree: shown,
    unresolved,
    resolved,
    notEvaluated,
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

function nothing(primary: string, overrides: readonly string[], collected: Collected): ConfigSurvey {
  const place: Provenance = { kind: 'file', file: primary, line: 1, column: 1, endLine: 1, endColumn: 1 };
  return {
    primary,
    overrides,
    tree: mapNode(place),
    unresolved: {},
    resolved: {},
    notEvaluated: [],
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
