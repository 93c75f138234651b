/** What a path or an interpolation of a config leads to. */
import type { Plain } from '../../base/plain.js';

export type Path = readonly (string | number)[];

/** A value, and the path of the node that it is, when it is one. A resolver's result is closed: no key reaches into it. */
export interface Found {
  readonly value: Plain;
  readonly path?: Path;
  readonly open?: boolean;
}
