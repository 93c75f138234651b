/** Follows a key through a composed config from outside: what an interpolation refers to, what an override's key holds. */
import { at, type Plain, type PlainMap } from '../base/plain.js';
import { resolvePlain } from './resolve.js';
import type { ComposeOptions } from './types.js';

const MAX_HOPS = 32; // a chain of interpolations in a real config has a handful
const REFERENCE = /^\$\{\s*(\.*)([^{}:]+?)\s*\}$/;

/** Where the value at `path`, an interpolation of another key as a whole, leads in the end; undefined when nowhere. */
export function referencePath(
  config: PlainMap,
  text: string,
  path: readonly string[],
): readonly string[] | undefined {
  let target: readonly string[] | undefined = path;
  let value: Plain | undefined = text;
  for (let hop = 0; typeof value === 'string' && value.includes('${'); hop += 1) {
    if (hop > MAX_HOPS || target === undefined) return undefined;
    target = step(value, target);
    value = target === undefined ? undefined : valueAt(config, target);
  }
  return value === undefined ? undefined : target;
}

/** Leading dots count up from the container of the value. */
function step(text: string, from: readonly string[]): readonly string[] | undefined {
  const [, dots, key] = REFERENCE.exec(text) ?? [];
  if (dots === undefined || key === undefined) return undefined;
  const steps = key.replace(/\[([^\]]*)\]/g, '.$1').split('.');
  const base = dots === '' ? [] : from.slice(0, Math.max(0, from.length - dots.length));
  return [...base, ...steps.filter((part) => part !== '')];
}

function valueAt(config: PlainMap, path: readonly string[]): Plain | undefined {
  return path.reduce<Plain | undefined>(
    (here, key) => at(here, [Array.isArray(here) ? Number(key) : key]),
    config,
  );
}

/** The value at a dotted key, through interpolations; null when there is none, when it is null or not set (`???`). */
export function selected(config: PlainMap, key: string, options: ComposeOptions): Plain {
  const name = '_selected_';
  const select = `\${oc.select:"${key}",null}`;
  return resolvePlain({ ...config, [name]: select }, [name], options)[name] ?? null;
}
