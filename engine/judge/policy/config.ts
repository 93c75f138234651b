/** Typed reads of a resolved config, whose errors name the dotted path, what was found and what was expected. */
import { RegripError } from '../../base/errors.js';
import { asNumber, at, isPlainMap, type Plain, type PlainMap } from '../../base/plain.js';
import { valueText } from '../../base/shown.js';

/** A value of the config that the policy cannot be built from. */
export class PolicyConfigError extends RegripError<'policy-config'> {
  /** `words` says the message and the hint by the names of the user's own file, where those differ. */
  constructor(
    readonly path: readonly string[],
    private readonly found: string,
    hint?: string,
    words: (text: string) => string = (text) => text,
  ) {
    const facts = { code: 'policy-config', message: words(`${path.join('.')} ${found}`) } as const;
    super(hint === undefined ? facts : { ...facts, hint: words(hint) });
  }

  /** The same about the same place, in other words. */
  inWords(words: (text: string) => string): PolicyConfigError {
    return new PolicyConfigError(this.path, this.found, this.hint, words);
  }
}

/** The value at `path`; undefined when it is absent. `null` counts as a value. */
export function optional(config: PlainMap, path: readonly string[]): Plain | undefined {
  return at(config, path);
}

export function mapAt(config: PlainMap, path: readonly string[]): PlainMap {
  const value = required(config, path, 'a mapping');
  if (!isPlainMap(value)) throw wrong(path, value, 'a mapping');
  return value;
}

export function textAt(config: PlainMap, path: readonly string[], otherwise?: string): string {
  const value = optional(config, path) ?? otherwise ?? required(config, path, 'text');
  if (typeof value !== 'string') throw wrong(path, value, 'text');
  return value;
}

export function booleanAt(config: PlainMap, path: readonly string[], otherwise: boolean): boolean {
  const value = optional(config, path);
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw wrong(path, value, 'true or false');
  return value;
}

export function numberAt(config: PlainMap, path: readonly string[], otherwise?: number): number {
  const value = optional(config, path) ?? otherwise ?? required(config, path, 'a number');
  const number = asNumber(value);
  if (number === undefined || !Number.isFinite(number)) throw wrong(path, value, 'a finite number');
  return number;
}

/** A list of exactly `length` finite numbers. */
export function numbersAt(config: PlainMap, path: readonly string[], length: number): number[] {
  const expected = `a list of ${length} finite numbers`;
  const value = required(config, path, expected);
  const numbers = Array.isArray(value) ? value.map((entry: Plain) => asNumber(entry)) : [];
  if (numbers.length === length && numbers.every((entry) => Number.isFinite(entry)))
    return numbers as number[];
  throw wrong(path, value, expected);
}

interface CountRange {
  readonly least: number;
  readonly most: number;
  readonly otherwise?: number | undefined;
}

/** A whole number within a range. An integral float is refused, because Python's constructors refuse it too. */
export function countAt(config: PlainMap, path: readonly string[], range: CountRange): number {
  const expected = `a whole number from ${range.least} to ${range.most}`;
  const value = optional(config, path) ?? range.otherwise ?? required(config, path, expected);
  return count(value, path, range.least, range.most);
}

/** A list of exactly `rank` positive whole numbers, none above `most`. */
export function shapeAt(config: PlainMap, path: readonly string[], rank: number, most: number): number[] {
  const expected = `a list of ${rank} positive whole number${rank === 1 ? '' : 's'}`;
  const value = required(config, path, expected);
  if (!Array.isArray(value) || value.length !== rank) throw wrong(path, value, expected);
  return value.map((entry: Plain, axis) => count(entry, [...path, String(axis)], 1, most));
}

/** The class name at the end of a dotted `_target_`. */
export function lastName(target: string): string {
  return target.slice(target.lastIndexOf('.') + 1);
}

function count(value: Plain, path: readonly string[], least: number, most: number): number {
  const whole = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  if (!whole) throw wrong(path, value, `a whole number from ${least} to ${most}`);
  return value;
}

function required(config: PlainMap, path: readonly string[], expected: string): Plain {
  const value = optional(config, path);
  if (value !== undefined) return value;
  const reached = path.findIndex((_step, index) => at(config, path.slice(0, index + 1)) === undefined);
  const missing = path.slice(0, reached + 1);
  const hint =
    'Give the primary config of a training (the one that train.py is started with), not one of its groups.';
  throw new PolicyConfigError(
    path,
    `is missing (there is no ${missing.join('.')}), expected ${expected}`,
    missing.length === 1 ? hint : undefined,
  );
}

function wrong(path: readonly string[], value: Plain, expected: string): PolicyConfigError {
  return new PolicyConfigError(path, `is ${shown(value)}, expected ${expected}`);
}

function shown(value: Plain): string {
  const text = valueText(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
