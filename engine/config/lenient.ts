/** Resolves value by value, so that one that cannot be resolved leaves the others. */
import { isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import type { Path } from './resolve/found.js';
import type { Resolver } from './resolve/resolve.js';
import type { Tolerance } from './tolerance.js';

/** How deep containers may be interpolated into each other; stops a config that contains itself that way. */
const MAX_DEPTH = 100;

type Otherwise = (path: Path, where: Path, problem: unknown) => Plain | undefined;

export class Lenient {
  /**
   * `otherwise` gives what replaces a value that cannot be resolved; `where` is the place whose interpolations
   * lead to `path`.
   */
  constructor(
    private readonly config: PlainMap,
    private readonly resolver: Resolver,
    private readonly tolerance: Tolerance,
    private readonly otherwise: Otherwise = () => undefined,
  ) {}

  whole(): PlainMap {
    const entries = Object.keys(this.config).map((key) => [key, this.at([key])] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as PlainMap;
  }

  /** Undefined where the value, or what it refers to, cannot be resolved. */
  private at(path: Path, where: Path = path): Plain | undefined {
    if (where.length > MAX_DEPTH)
      this.tolerance.report(this.resolver.error(path, 'has interpolations nested too deeply'));
    if (where.length > MAX_DEPTH) return undefined;
    const found = this.attempt(() => this.resolver.dereference(path), path, where);
    if (found === undefined || !('found' in found)) return found?.instead;
    const { value, path: target } = found.found;
    if (target === undefined || typeof value !== 'object' || value === null) {
      const whole = this.attempt(() => this.resolver.whole(found.found), path, where);
      return whole === undefined || 'instead' in whole ? whole?.instead : whole.found;
    }
    const child = (key: string | number) => this.at([...target, key], [...where, key]);
    if (Array.isArray(value)) {
      const items = value.map((_, index) => child(index));
      return items.includes(undefined) ? undefined : (items as Plain[]);
    }
    if (!isPlainMap(value)) return value;
    const entries = Object.keys(value).map((key) => [key, child(key)] as const);
    return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined)) as PlainMap;
  }

  private attempt<T>(
    work: () => T,
    path: Path,
    where: Path,
  ): { readonly found: T } | { readonly instead: Plain } | undefined {
    try {
      return { found: work() };
    } catch (problem) {
      this.tolerance.report(problem);
      const instead = this.otherwise(path, where, problem);
      return instead === undefined ? undefined : { instead };
    }
  }
}
