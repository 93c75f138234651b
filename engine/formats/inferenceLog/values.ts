/** One record of a log as plain values, built from tokens and bounded. */

import type { ByteRange, JsonScalar, JsonText } from './jsonTokens.js';
import { JsonFault } from './logError.js';

export type LogValue = JsonScalar | readonly LogValue[] | ReadonlyMap<string, LogValue>;
type Container = LogValue[] | Map<string, LogValue>;

/** A step has about a hundred values (8 × 8 actions); stops a record that is a whole file. */
const MAX_VALUES = 100_000;

/** Takes the tokens of one object or array, from its opening bracket on. */
export class ValueBuilder {
  private readonly open: Container[] = [];
  private readonly keys: (string | undefined)[] = [];
  private key: string | undefined;
  private count = 0;

  constructor(readonly start: number) {}

  begin(kind: 'object' | 'array'): void {
    this.open.push(kind === 'object' ? new Map() : []);
    this.keys.push(this.key);
    this.key = undefined;
  }

  /** The whole value once its last bracket is closed. */
  end(): LogValue | undefined {
    const done = this.open.pop()!;
    this.key = this.keys.pop();
    if (this.open.length === 0) return done;
    this.add(done);
    return undefined;
  }

  name(key: string): void {
    this.key = key;
  }

  add(value: LogValue): void {
    if (++this.count > MAX_VALUES) {
      const reason = `the record that starts here has more than ${MAX_VALUES} values; a step has about a hundred`;
      throw new JsonFault('bound', this.start, reason);
    }
    const into = this.open[this.open.length - 1]!;
    if (Array.isArray(into)) into.push(value);
    else into.set(this.key!, value);
  }
}

export function isMap(value: LogValue | undefined): value is ReadonlyMap<string, LogValue> {
  return value instanceof Map;
}

export function isList(value: LogValue | undefined): value is readonly LogValue[] {
  return Array.isArray(value);
}

export function isText(value: LogValue | undefined): value is JsonText {
  return typeof value === 'object' && value !== null && !isMap(value) && !isList(value);
}

export function rangeOf(value: LogValue | undefined): ByteRange | undefined {
  return isText(value) ? { start: value.start, end: value.end } : undefined;
}

/** The numbers of a list; undefined when it is not a list or holds anything else. A null counts as NaN: some writers put it there. */
export function numbersOf(value: LogValue | undefined): number[] | undefined {
  if (!isList(value)) return undefined;
  const numbers: number[] = new Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const item = value[i] === null ? Number.NaN : value[i];
    if (typeof item !== 'number') return undefined;
    numbers[i] = item;
  }
  return numbers;
}
