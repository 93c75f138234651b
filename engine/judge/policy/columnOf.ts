/** The data set's array of an observation or of the action. */
import type { PolicySpec } from './spec.js';

/** Arrays of a data set, or nothing where none is at hand. */
interface Stored {
  has(array: string): boolean;
}

/** `name` is `action`, or an observation's key. Of several arrays that may hold it the first that is stored, else the usual one. */
export function columnOf({ columns }: Pick<PolicySpec, 'columns'>, name: string, stored?: Stored): string {
  const all = columnsOf({ columns }, name);
  return all.find((array) => stored?.has(array)) ?? all[0];
}

/** The usual one first. */
export function columnsOf(
  { columns }: { readonly columns?: PolicySpec['columns'] | undefined },
  name: string,
): readonly [string, ...string[]] {
  const found = columns !== undefined && Object.hasOwn(columns, name) ? columns[name]! : name;
  return typeof found === 'string' ? [found] : found;
}
