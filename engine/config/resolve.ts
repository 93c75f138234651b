/** Resolves interpolations on plain data as OmegaConf 2.3 does; typed when the whole text is one, text otherwise. */
import { RegripError } from '../base/errors.js';
import { at, isPlainMap, type Plain, type PlainMap } from '../base/plain.js';
import { evaluate, pythonText } from './evaluate.js';
import { plainScalar } from './scalar.js';
import type { ComposeOptions } from './types.js';

const MAX_DEPTH = 100; // a chain of interpolations in a real config has a handful

type Path = readonly (string | number)[];

/**
 * `config` with every interpolation resolved; with `sections`, only those top-level keys, for a config of which the rest
 * cannot be resolved here (a saved one names environment variables of another machine).
 */
export function resolvePlain(
  config: PlainMap,
  sections: readonly string[] = Object.keys(config),
  options: ComposeOptions = {},
): PlainMap {
  const resolver = new Resolver(config, options);
  const present = sections.filter((key) => Object.hasOwn(config, key));
  return Object.fromEntries(present.map((key) => [key, resolver.value(config[key]!, [key], 0)]));
}

class Resolver {
  private readonly open = new Set<string>();
  constructor(
    private readonly root: PlainMap,
    private readonly options: ComposeOptions,
  ) {}

  value(value: Plain, path: Path, depth: number): Plain {
    if (depth > MAX_DEPTH) throw this.error(path, 'interpolates too deeply');
    if (typeof value === 'string') return value.includes('${') ? this.text(value, path, depth) : value;
    if (Array.isArray(value))
      return value.map((item: Plain, index) => this.value(item, [...path, index], depth));
    if (isPlainMap(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, this.value(item, [...path, key], depth)]),
      );
    }
    return value;
  }

  private text(text: string, path: Path, depth: number): Plain {
    const name = path.join('.');
    if (this.open.has(name)) throw this.error(path, 'interpolates itself');
    this.open.add(name);
    try {
      const parts = this.parts(text, path);
      const only = parts.length === 1 ? parts[0]! : undefined;
      if (only?.kind === 'interpolation') return this.interpolate(only.inner, path, depth + 1);
      return parts
        .map((part) =>
          part.kind === 'text' ? part.text : pythonText(this.interpolate(part.inner, path, depth + 1)),
        )
        .join('');
    } finally {
      this.open.delete(name);
    }
  }

  private parts(text: string, path: Path): Part[] {
    const parts: Part[] = [];
    let rest = text;
    for (let start = rest.indexOf('${'); start >= 0; start = rest.indexOf('${')) {
      if (rest[start - 1] === '\\')
        throw this.error(path, `has an escaped interpolation in '${text}', which is not supported`);
      if (start > 0) parts.push({ kind: 'text', text: rest.slice(0, start) });
      const end = closing(rest, start + 2);
      if (end < 0) throw this.error(path, `has an interpolation without its closing brace: '${text}'`);
      parts.push({ kind: 'interpolation', inner: rest.slice(start + 2, end) });
      rest = rest.slice(end + 1);
    }
    if (rest !== '') parts.push({ kind: 'text', text: rest });
    return parts;
  }

  private interpolate(inner: string, path: Path, depth: number): Plain {
    const colon = topLevel(inner, ':');
    if (colon >= 0 && !inner.startsWith('.')) {
      const name = inner.slice(0, colon).trim();
      return this.call(name, inner.slice(colon + 1), path, depth);
    }
    const key = inner.includes('${') ? pythonText(this.text(inner, [...path, '<key>'], depth)) : inner.trim();
    return this.reference(key, path, depth);
  }

  private reference(key: string, path: Path, depth: number): Plain {
    const target = this.locate(key, path);
    const found = at(this.root, target);
    if (found === undefined) throw this.error(path, `refers to '${key}', which does not exist`);
    if (found === '???') throw this.error(path, `refers to '${key}', which is mandatory and not set (???)`);
    return this.value(found, target, depth);
  }

  /** Leading dots count up from the container that holds the value. */
  private locate(key: string, path: Path): Path {
    const dots = /^\.*/.exec(key)![0].length;
    const steps = key
      .slice(dots)
      .replace(/\[([^\]]*)\]/g, '.$1')
      .split('.')
      .filter((step) => step !== '');
    const base = dots === 0 ? [] : path.slice(0, Math.max(0, path.length - dots));
    let here: Plain | undefined = at(this.root, base);
    const typed = steps.map((step) => {
      const index = Array.isArray(here) ? Number(step) : step;
      here = at(here, [index]);
      if (typeof here === 'string' && here.includes('${')) here = this.value(here, [...base, step], 1);
      return index;
    });
    return [...base, ...typed];
  }

  private call(name: string, argument: string, path: Path, depth: number): Plain {
    const resolved = (text: string) =>
      text.includes('${') ? this.text(text, [...path, `<${name}>`], depth) : text;
    const list = () => splitArguments(argument).map((part) => primitive(resolved(part)));
    switch (name) {
      case 'eval': {
        const value = resolved(unquoted(argument.trim()));
        return typeof value === 'string' ? evaluate(value, path.join('.')) : value;
      }
      case 'oc.env': {
        const [key, otherwise] = list();
        const value = (this.options.env ?? process.env)[String(key)];
        if (value !== undefined) return value;
        if (otherwise !== undefined) return otherwise === null ? null : pythonText(otherwise);
        throw this.error(path, `needs the environment variable ${key}, which is not set`);
      }
      case 'oc.select': {
        const [key, otherwise] = list();
        const target = this.locate(String(key), path);
        const found = at(this.root, target);
        return found === undefined || found === '???'
          ? (otherwise ?? null)
          : this.value(found, target, depth);
      }
      case 'oc.decode': {
        const value = resolved(argument.trim());
        return typeof value === 'string' ? plainScalar(value) : value;
      }
      case 'now':
        return strftime(argument, this.options.now ?? new Date());
      default:
        throw this.error(path, `uses the resolver '${name}', which is not supported`);
    }
  }

  private error(path: Path, what: string): RegripError {
    return new RegripError({
      code: 'interpolation',
      message: `${path.filter((step) => !String(step).startsWith('<')).join('.')} ${what}`,
    });
  }
}

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'interpolation'; readonly inner: string };

function closing(text: string, from: number): number {
  let depth = 1;
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '{') depth += 1;
    else if (text[i] === '}') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return -1;
}

function topLevel(text: string, wanted: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '{') depth += 1;
    else if (text[i] === '}') depth -= 1;
    else if (depth === 0 && text[i] === wanted) return i;
  }
  return -1;
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  for (let comma = topLevel(rest, ','); comma >= 0; comma = topLevel(rest, ',')) {
    parts.push(rest.slice(0, comma).trim());
    rest = rest.slice(comma + 1);
  }
  return [...parts, rest.trim()];
}

function unquoted(text: string): string {
  const quote = text[0];
  return (quote === "'" || quote === '"') && text.at(-1) === quote && text.length > 1
    ? text.slice(1, -1)
    : text;
}

function primitive(value: Plain): Plain {
  if (typeof value !== 'string') return value;
  const plain = unquoted(value);
  return plain === value ? plainScalar(value) : plain;
}

/** The directives that configs use for folders and names. */
function strftime(format: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const parts: Readonly<Record<string, string>> = {
    Y: String(now.getFullYear()),
    m: two(now.getMonth() + 1),
    d: two(now.getDate()),
    y: two(now.getFullYear() % 100),
    H: two(now.getHours()),
    M: two(now.getMinutes()),
    S: two(now.getSeconds()),
    f: `${String(now.getMilliseconds()).padStart(3, '0')}000`,
    '%': '%',
  };
  return format.replace(/%(.)/g, (whole, letter: string) => parts[letter] ?? whole);
}
