/** A call of a resolver, and what the resolver may ask of the config around it. */

import type { Plain } from '../../base/plain.js';
import type { ConfigCode, ConfigError } from '../configError.js';
import type { ResolveOptions } from '../types.js';
import type { Found, Path } from './found.js';

export interface Call {
  readonly name: string;
  readonly args: readonly Found[];
  /** The value that holds the call. */
  readonly path: Path;
  readonly resolver: Resolving;
}

/** The config that is being resolved. */
export interface Resolving {
  readonly options: ResolveOptions;
  /** The config with Hydra's own section beside it, as the section itself sees it. */
  hydras(): Resolving | undefined;
  /** What the value at `path` stands for: itself, or what its interpolation leads to. */
  dereference(path: Path): Found;
  /** `${key}` in the value at `path`. */
  reference(key: string, path: Path): Found;
  /** The node that `key` leads to; leading dots count up from the container of the value at `path`. */
  select(key: string, path: Path, strict: boolean): Found | undefined;
  /** The value with everything in it resolved. */
  whole(found: Found): Plain;
  /** The value that `text` spells in the grammar of overrides. */
  decoded(text: string, path: Path): Found;
  error(path: Path, what: string, code?: ConfigCode, subject?: string): ConfigError;
}
