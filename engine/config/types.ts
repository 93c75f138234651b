/** The composed config: values, and where each came from. */
import type { PlainMap } from '../base/plain.js';
import type { ConfigFiles } from './configFile.js';
import type { Provenance } from './provenance.js';
import type { RegisteredResolvers } from './resolve/registration.js';

export interface ComposedConfig {
  /** As Hydra passes it to the program: interpolations are still text. */
  readonly unresolved: PlainMap;
  /** Every interpolation resolved, as `OmegaConf.to_container(cfg, resolve=True)`, but for those in `notEvaluated`. */
  readonly resolved: PlainMap;
  /** By dotted path (`task.dataset.horizon`, list entries as `a.0`): the winner first, then the places it overrode. */
  readonly provenance: ReadonlyMap<string, readonly Provenance[]>;
  /** Values that are known only in a run: `resolved` holds their text. */
  readonly notEvaluated?: readonly NotEvaluated[];
  /** Absolute paths of all files that took part, the primary first. */
  readonly files: readonly string[];
  /** Where the run goes: `hydra.run.dir`, resolved, when a file or an override gives it. */
  readonly runDir?: string;
}

export interface NotEvaluated {
  /** Dotted. */
  readonly path: string;
  readonly why: string;
}

export interface ComposeOptions {
  /** The folder in which groups are looked up; by default that of the primary config. */
  readonly configRoot?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where config files are read; by default the disk. */
  readonly files?: ConfigFiles;
  /** For `now:`. */
  readonly now?: Date;
  /** What only a run knows: the folder in which it starts and the name of its script, without `.py`. */
  readonly run?: { readonly folder: string; readonly jobName: string };
  /** The resolvers that the project's Python registers; called only where a config uses one that is not Hydra's or OmegaConf's. */
  readonly registered?: (config: PlainMap) => Promise<RegisteredResolvers>;
}

/** What resolving needs beyond the values themselves. */
export interface ResolveOptions extends ComposeOptions {
  /** Hydra's own section, with its interpolations, for `${hydra:KEY}`; absent while a config is still being composed. */
  readonly hydra?: PlainMap;
  readonly resolvers?: RegisteredResolvers;
}
