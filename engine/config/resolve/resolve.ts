/** Resolves interpolations on plain data as OmegaConf 2.3 does; the result keeps its type when the whole text is one interpolation, and is text otherwise. */

import { at, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { type ConfigCode, ConfigError } from '../configError.js';
import { MISSING } from '../node.js';
import { pythonText } from '../python/value.js';
import type { ResolveOptions } from '../types.js';
import type { Resolving } from './call.js';
import type { Found, Path } from './found.js';
import {
  type Element,
  type Interpolation,
  type Part,
  readElement,
  readText,
  TextProblem,
} from './interpolationText.js';
import { callResolver } from './resolvers.js';

const MAX_DEPTH = 100; // real configs chain a handful of interpolations
const MAX_STEPS = 50_000; // total values resolved; stops texts and lists that double at each interpolation
const MAX_TEXT = 1 << 20; // characters that a text may grow to through interpolations

/** Where a value was written, for messages. */
type PlaceOf = (path: Path) => string | undefined;

/**
 * `config` with every interpolation resolved; with `sections`, only those top-level keys, for a config whose other sections
 * cannot be resolved here (a saved one names environment variables of another machine).
 */
export function resolvePlain(
  config: PlainMap,
  sections: readonly string[] = Object.keys(config),
  options: ResolveOptions = {},
  placeOf: PlaceOf = () => undefined,
): PlainMap {
  const resolver = new Resolver(config, options, placeOf);
  const present = sections.filter((key) => Object.hasOwn(config, key));
  return Object.fromEntries(present.map((key) => [key, resolver.content([key])]));
}

/** The value at `path` of such a config; undefined where there is none. */
export function resolvedAt(config: PlainMap, path: Path): Plain | undefined {
  return at(config, path) === undefined ? undefined : new Resolver(config, {}).content(path);
}

/** One text whose interpolations refer to `root`. */
export function resolveText(text: string, root: PlainMap, where: string): string {
  const key = ' text'; // no key of a config has a space in front
  const resolver = new Resolver({ ...root, [key]: text }, {}, () => where);
  return pythonText(resolver.content([key]));
}

export class Resolver implements Resolving {
  private readonly open = new Set<string>();
  private depth = 0;
  private steps = 0;
  private beside: Resolver | undefined;
  constructor(
    readonly root: PlainMap,
    readonly options: ResolveOptions,
    private readonly placeOf: PlaceOf = () => undefined,
  ) {}

  /** The config together with Hydra's own section, as that section's interpolations see it. */
  hydras(): Resolver | undefined {
    const { hydra } = this.options;
    if (hydra === undefined || this.root['hydra'] === hydra) return hydra === undefined ? undefined : this;
    this.beside ??= new Resolver({ ...this.root, hydra }, this.options, this.placeOf);
    return this.beside;
  }

  /** The value at `path` with everything in it resolved. */
  content(path: Path): Plain {
    const found = this.dereference(path);
    return found.path === undefined ? found.value : this.inside(found.value, found.path);
  }

  private inside(value: Plain, path: Path): Plain {
    return this.bounded(path, () => {
      if (Array.isArray(value)) return value.map((_, index) => this.content([...path, index]));
      if (!isPlainMap(value)) return value;
      return Object.fromEntries(Object.keys(value).map((key) => [key, this.content([...path, key])]));
    });
  }

  /** What the value at `path` refers to: itself, or what its interpolation leads to. */
  dereference(path: Path): Found {
    const value = at(this.root, path) as Plain;
    if (typeof value !== 'string' || !value.includes('${')) {
      this.count(path);
      return { value, path, open: true };
    }
    return this.bounded(path, () => {
      const name = JSON.stringify(path);
      if (this.open.has(name)) throw this.error(path, 'interpolates itself');
      this.open.add(name);
      try {
        return this.joined(
          this.parsed(() => readText(value), path),
          path,
          false,
        );
      } finally {
        this.open.delete(name);
      }
    });
  }

  private parsed<T>(read: () => T, path: Path): T {
    try {
      return read();
    } catch (cause) {
      if (!(cause instanceof TextProblem)) throw cause;
      throw this.error(path, `${cause.message}: '${String(at(this.root, path)).slice(0, 200)}'`);
    }
  }

  private joined(parts: readonly Part[], path: Path, quoted: boolean): Found {
    const [only] = parts;
    if (!quoted && parts.length === 1 && typeof only === 'object') return this.interpolated(only, path);
    let text = '';
    for (const part of parts) {
      text += typeof part === 'string' ? part : pythonText(this.interpolated(part, path).value);
      if (text.length > MAX_TEXT) throw this.error(path, `grows to more than ${MAX_TEXT} characters`);
    }
    return { value: text };
  }

  private interpolated(part: Interpolation, path: Path): Found {
    return this.bounded(path, () => {
      switch (part.kind) {
        case 'reference':
          return this.reference(this.names(part.key, path, 'a key'), path);
        case 'call': {
          const name = this.names(part.name, path, 'the name of a resolver');
          return callResolver({
            name,
            args: part.args.map((arg) => this.argument(arg, path)),
            path,
            resolver: this,
          });
        }
      }
    });
  }

  private names(parts: readonly Part[], path: Path, what: string): string {
    const texts = parts.map((part) =>
      typeof part === 'string' ? part : this.interpolated(part, path).value,
    );
    const odd = texts.find((text) => typeof text !== 'string');
    if (odd !== undefined)
      throw this.error(path, `uses ${pythonText(odd as Plain)} as ${what}, which must be text`);
    return texts.join('');
  }

  private argument(element: Element, path: Path): Found {
    switch (element.kind) {
      case 'value':
        return { value: element.value };
      case 'text':
        return this.joined(element.parts, path, element.quoted);
      case 'list':
        return { value: element.items.map((item) => this.whole(this.argument(item, path))) };
      case 'map': {
        const odd = element.entries.find(([key]) => typeof key !== 'string');
        if (odd !== undefined)
          throw this.error(
            path,
            `has the key ${pythonText(odd[0])} in a map, but only text keys are supported`,
          );
        return {
          value: Object.fromEntries(
            element.entries.map(([key, item]) => [String(key), this.whole(this.argument(item, path))]),
          ),
        };
      }
    }
  }

  /** `${key}` in the value at `path`. */
  reference(key: string, path: Path): Found {
    const found = this.select(key, path, true);
    if (found === undefined)
      throw this.error(path, `refers to '${key}', which does not exist`, 'interpolation', key);
    if (found.value === MISSING && found.path !== undefined) {
      throw this.error(path, `refers to '${key}', which is mandatory and not set (???)`);
    }
    const target = found.path;
    if (target?.every((step, index) => step === path[index]) && target.length < path.length) {
      throw this.error(path, `refers to '${key}', which contains it`);
    }
    return found;
  }

  /** The node that `key` leads to; leading dots count up from the container of the value at `path`. */
  select(key: string, path: Path, strict: boolean): Found | undefined {
    const dots = /^\.*/.exec(key)![0].length;
    if (dots > path.length) throw this.error(path, `'${key}' goes above the root of the config`);
    const base = dots === 0 ? [] : path.slice(0, path.length - dots);
    let here: Found | undefined = {
      value: base.length === 0 ? this.root : (at(this.root, base) as Plain),
      path: base,
      open: true,
    };
    for (const step of steps(key.slice(dots))) {
      if (here === undefined) return undefined;
      if (typeof here.value !== 'object' || here.value === null || here.open !== true) {
        if (strict)
          throw this.error(
            path,
            `refers to '${key}', but the value before '${step}' is not a mapping or list`,
          );
        return undefined;
      }
      here = this.child(here, step, path);
    }
    return here;
  }

  private child(parent: Found, step: string, path: Path): Found | undefined {
    const list = Array.isArray(parent.value);
    if (list && !/^[-+]?\d+(?:_\d+)*$/.test(step)) throw this.error(path, `'${step}' is not a list index`);
    const key = list ? Number(step.replaceAll('_', '')) : step;
    const value = at(parent.value, [key]);
    if (value === undefined) return undefined;
    return parent.path === undefined ? { value, open: true } : this.dereference([...parent.path, key]);
  }

  whole(found: Found): Plain {
    return found.path === undefined ? found.value : this.inside(found.value, found.path);
  }

  decoded(text: string, path: Path): Found {
    return this.argument(
      this.parsed(() => readElement(text), path),
      path,
    );
  }

  private bounded<T>(path: Path, resolve: () => T): T {
    this.count(path);
    this.depth += 1;
    try {
      if (this.depth > MAX_DEPTH * 4) throw this.error(path, 'has interpolations nested too deeply');
      return resolve();
    } finally {
      this.depth -= 1;
    }
  }

  private count(path: Path): void {
    this.steps += 1;
    if (this.steps > MAX_STEPS) throw this.error(path, `expands to more than ${MAX_STEPS} values`);
  }

  error(path: Path, what: string, code: ConfigCode = 'interpolation', subject?: string): ConfigError {
    const file = this.placeOf(path);
    const message = `${path.join('.').trim()} ${what}`;
    return new ConfigError({ code, message, ...(file && { file }), ...(subject && { subject }) });
  }
}

/** `a.b[c]` → a, b, c. */
function steps(key: string): string[] {
  return [...key.matchAll(/\[(.*?)\]|\.?([^.[]+)/g)].map(([, bracketed, dotted]) => bracketed ?? dotted!);
}
