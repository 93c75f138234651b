/** The config while it is being assembled: parts and overrides go in, values with their provenance come out. */

import { at, type PlainMap } from '../base/plain.js';
import { Budget } from './budget.js';
import { ConfigError } from './configError.js';
import { BUILT_IN } from './hydra/builtinDefaults.js';
import type { Contribution } from './hydra/defaults.js';
import { checkHydraSection, isUsers, refuseTypedDeletion } from './hydra/layout.js';
import { refuseSearchPath } from './hydra/searchPath.js';
import { hydraSection, type RunFacts, withOutputFolder } from './hydra/section.js';
import { Lenient } from './lenient.js';
import { mergeInto } from './merge.js';
import {
  isMissing,
  lookup,
  type MapNode,
  MISSING,
  mapNode,
  placeText,
  provenanceOf,
  toPlain,
} from './node.js';
import { applyOverride } from './overrides/apply.js';
import type { Override } from './overrides/overrides.js';
import type { Provenance } from './provenance.js';
import { pythonText } from './python/value.js';
import type { Path } from './resolve/found.js';
import { Resolver, resolvePlain } from './resolve/resolve.js';
import { UNKNOWN_CODE } from './resolve/resolvers.js';
import { attempt, STRICT, type Tolerance } from './tolerance.js';
import type { ComposedConfig, NotEvaluated, ResolveOptions } from './types.js';

const UNRESOLVED: ReadonlySet<string> = new Set(['not-evaluated', UNKNOWN_CODE]);
const ONLY_KNOWN_IN_RUN: Tolerance = {
  report(problem) {
    if (!isUnresolved(problem)) throw problem;
  },
};
const RUN_DIR = ['hydra', 'run', 'dir'] as const;
/** A part of the config; `file` is absent for a config that was saved as a whole. */
type AddedPart = Pick<Contribution, 'content' | 'package'> & Partial<Pick<Contribution, 'file' | 'where'>>;

function isUnresolved(problem: unknown): problem is ConfigError {
  return problem instanceof ConfigError && UNRESOLVED.has(problem.code);
}

/** Records that only a run knows the value at `path`, if that is what `problem` says. */
export function unresolvedAt(path: Path, problem: unknown): NotEvaluated[] {
  if (!isUnresolved(problem)) return [];
  const { message, file } = problem;
  const why = file === undefined ? message : message.slice(file.length + 2);
  return [{ path: path.join('.'), why }];
}

export function startOf(file: string): Provenance {
  return { kind: 'file', file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}

export class ConfigTree {
  private readonly root: MapNode;
  /** Files that were merged before the layout of Hydra's section. */
  private readonly beforeSchema = new Set<string>();
  private hasSchema = false;

  constructor(
    private readonly file: string,
    private readonly options: ResolveOptions,
    private readonly tolerance: Tolerance = STRICT,
    private readonly budget = new Budget(),
  ) {
    this.root = mapNode(startOf(file));
  }

  add(part: AddedPart): void {
    attempt(this.tolerance, () => this.merge(part), undefined);
  }

  private merge({ content, package: pack, file, where }: AddedPart): void {
    const steps = pack.split('.').filter((part) => part !== '');
    const wrapped = steps.reduceRight(
      (inner, step) => mapNode(content.place, new Map([[step, inner]])),
      content,
    );
    this.noteSchema(file?.file);
    const isOthers = file !== undefined && file.file !== this.file && !file.file.startsWith(BUILT_IN);
    if (isOthers && lookup(wrapped, ['hydra', 'searchpath']) !== undefined)
      refuseSearchPath(toPlain(wrapped) as PlainMap, where ?? file.file);
    mergeInto(this.root, wrapped, [], this.dereference);
  }

  /** Hydra merges the options of its own groups before the layout of its section, which then accepts their keys unchecked. */
  private noteSchema(file: string | undefined): void {
    if (file === `${BUILT_IN}hydra/config`) this.hasSchema = true;
    else if (file !== undefined && !this.hasSchema) this.beforeSchema.add(file);
  }

  override(override: Override): void {
    const select = (path: readonly string[], whole = false) => this.select(path, whole);
    const apply = () => {
      refuseTypedDeletion(override);
      applyOverride(this.root, override, select, this.dereference);
    };
    attempt(this.tolerance, apply, undefined);
  }

  check(): void {
    checkHydraSection(this.root, this.beforeSchema);
  }

  unresolved(): PlainMap {
    return toPlain(this.root) as PlainMap;
  }

  /** The program's config, with Hydra's section removed, as Hydra does. */
  shown(): MapNode {
    const entries = new Map(this.root.entries);
    entries.delete('hydra');
    return { ...this.root, entries };
  }

  /** Hydra's section as in a run, and the run folder where a file or an override sets it. */
  section(unresolved: PlainMap, facts: RunFacts): { hydra: PlainMap; runDir?: string } {
    const section = hydraSection(this.root, facts, this.options);
    const dir = this.runDir(unresolved, section);
    const hydra = withOutputFolder(section, dir, this.options);
    const tells = dir !== undefined && isUsers(this.root, RUN_DIR) && !isMissing(lookup(this.root, RUN_DIR));
    return tells ? { hydra, runDir: dir } : { hydra };
  }

  composed(facts: RunFacts) {
    this.check();
    const shown = this.shown();
    const unresolved = toPlain(shown) as PlainMap;
    const { hydra, ...runDir } = this.section(unresolved, facts);
    const values = this.resolved(unresolved, hydra);
    return { unresolved, ...values, provenance: provenanceOf(shown), ...runDir };
  }

  /** Values that only a run knows keep their text. */
  private resolved(config: PlainMap, hydra: PlainMap): Pick<ComposedConfig, 'resolved' | 'notEvaluated'> {
    try {
      const resolved = resolvePlain(config, undefined, { ...this.options, hydra }, this.placeOf);
      return { resolved, notEvaluated: [] };
    } catch (problem) {
      if (!isUnresolved(problem)) throw problem;
    }
    const notEvaluated: NotEvaluated[] = [];
    const known = new Resolver(config, { ...this.options, hydra }, this.placeOf);
    const lenient = new Lenient(config, known, ONLY_KNOWN_IN_RUN, (path, where, problem) => {
      notEvaluated.push(...unresolvedAt(where, problem));
      return at(config, path);
    });
    return { resolved: lenient.whole(), notEvaluated };
  }

  /** Resolves values of `config`, which is the tree's own. */
  resolver(config = this.unresolved(), hydra?: PlainMap): Resolver {
    return new Resolver(config, { ...this.options, ...(hydra && { hydra }) }, this.placeOf);
  }

  /** Undefined where it depends on what is known only in a run or when it is started. */
  private runDir(unresolved: PlainMap, hydra: PlainMap): string | undefined {
    const options = { ...this.options, hydra };
    try {
      const dir = new Resolver({ ...unresolved, hydra }, options, this.placeOf).content(RUN_DIR);
      return pythonText(dir === MISSING ? null : dir); // Hydra runs in a folder 'None' then
    } catch (error) {
      if (isUnresolved(error)) return undefined;
      throw error;
    }
  }

  /** The tree in its present state. */
  private current(): Resolver {
    this.budget.visit(this.root, this.file);
    return this.resolver();
  }

  private select(path: readonly string[], whole: boolean) {
    const resolver = this.current();
    const found = resolver.select(path.join('.'), [], false);
    if (found === undefined || found.value === '???') return undefined;
    return whole ? resolver.whole(found) : found.value;
  }

  private readonly dereference = (path: Path) => {
    try {
      const found = this.current().dereference(path);
      const node = found.path === undefined ? undefined : lookup(this.root, found.path);
      return node === undefined || node.kind === 'scalar' ? undefined : node;
    } catch (error) {
      if (isUnresolved(error) || (error instanceof ConfigError && error.code === 'interpolation'))
        return undefined; // not resolvable yet
      throw error;
    }
  };

  /** Where the value at `path` was written, or the container around it. */
  readonly placeOf = (path: Path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = lookup(this.root, path.slice(0, length));
      if (node !== undefined) return placeText(node.place);
    }
    return undefined;
  };
}
