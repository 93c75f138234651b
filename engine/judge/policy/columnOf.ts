/** The data set's array of an observation or of the action. */
import type { PolicySpec } from './spec.js';

/** `name` is `action`, or an observation's key. */
export function columnOf({ columns }: Pick<PolicySpec, 'columns'>, name: string): string {
  return columns !== undefined && Object.hasOwn(columns, name) ? columns[name]! : name;
}
