/** Plain data: what a YAML file, a JSON document or a config node holds once it is resolved to values. */

/**
 * A value without behaviour. `bigint` carries integers beyond 2^53. A JavaScript number is a Python float or int:
 * where the difference matters (a config that is written into a checkpoint), `PyFloat` marks a float that has no fraction.
 */
export type Plain = null | boolean | number | bigint | string | PyFloat | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}

/** A float whose value is integral (`1.0`), so that it is written back as a float. */
export class PyFloat {
  constructor(readonly value: number) {}
  valueOf(): number {
    return this.value;
  }
  toJSON(): number {
    return this.value;
  }
}

export function isPlainMap(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PyFloat);
}

/** The number that `value` holds, or undefined when it is not a number. */
export function asNumber(value: Plain | undefined): number | undefined {
  if (value instanceof PyFloat) return value.value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

/** Follows a path of keys and list indices; undefined when a step is missing. */
export function at(value: Plain | undefined, path: readonly (string | number)[]): Plain | undefined {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here) && typeof step === 'number') here = here[step];
    else if (isPlainMap(here) && Object.hasOwn(here, String(step))) here = here[String(step)];
    else return undefined;
  }
  return here;
}
