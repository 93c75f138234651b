/** Why a config cannot be read, composed or resolved. */
import { RegripError } from '../base/errors.js';

export type ConfigCode =
  | 'config-missing'
  | 'config-too-large'
  | 'config-unreadable'
  | 'defaults'
  | 'defaults-cycle'
  | 'group-missing'
  | 'group-unused'
  | 'hydra-config'
  | 'hydra-key'
  | 'duplicate-key'
  | 'interpolation'
  | 'merge-kinds'
  | 'no-data-set'
  | 'not-evaluated'
  | 'override-refused'
  | 'override-sweep'
  | 'override-syntax'
  | 'unsupported'
  | 'value-not-known'
  | 'yaml-syntax';

export class ConfigError extends RegripError<ConfigCode> {}
